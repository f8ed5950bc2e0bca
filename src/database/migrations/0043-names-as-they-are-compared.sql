-- Text as it is compared and searched: without accents, apostrophes and hyphens of any kind, in small letters, whatever the
-- database's locale. The letters of ASCII aren't left to it: a Turkish one would make another letter of I.
create function fold_text(given text) returns text language sql immutable parallel safe
  return case when octet_length(given) = length(given)
    then replace(replace(replace(lower(given collate "C"), '''', ''), '-', ''), '`', '')
    else regexp_replace(
      replace(replace(replace(replace(
        translate(lower(translate(normalize(given, NFKD), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')),
          'øđðħıłŧŋ', 'oddhiltn'),
        'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th'),
      -- marks on letters; apostrophes; hyphens and dashes; what can't be seen
      e'[\u0300-\u036f''`\u2018\u2019\u201b\u2032\u02b9\u02bb-\u02bd\u02c8\u2010-\u2015\u2212\u00ad\u200b-\u200f\u2060\ufeff-]',
      '', 'g')
    end;

-- Names, whose blanks and dots don't count either: O’Hara is O'Hara, and Mary Anne is Mary-Anne.
create function fold_name(name text) returns text language sql immutable parallel safe
  return translate(fold_text(name), ' .,·', '');

-- One column where there were two, a key for matching and an expression for the order of lists: the same index serves both,
-- and Álvarez stands before Baker. No comparison of it could leak a value, so it is used under row-level security. Adding it
-- writes the table anew, once.
alter table account drop column name_key; -- and its index
drop index account_name;
alter table account add column name_key text collate "C" generated always as (
  fold_name(coalesce(last_name, first_name)) || e'\n' || coalesce(fold_name(first_name), '')) stored;
create index account_name on account (organisation_id, name_key, id);

-- Whoever has the same mobile may be the same person.
create index account_mobile on account (organisation_id, mobile) where mobile is not null;
