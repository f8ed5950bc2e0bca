-- It gives what it gave. But translate() took most of its time wherever a text holds a letter beyond ASCII, and with that
-- most of a search through the people of an organisation.
create or replace function fold_text(given text) returns text language sql immutable parallel safe
  return case when octet_length(given) = length(given)
    then replace(replace(replace(lower(given collate "C"), '''', ''), '-', ''), '`', '')
    else regexp_replace(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
        lower(replace(normalize(given, NFKD), 'I', 'i')), -- a Turkish locale would make another letter of I
        'ø', 'o'), 'đ', 'd'), 'ð', 'd'), 'ħ', 'h'), 'ı', 'i'), 'ł', 'l'), 'ŧ', 't'), 'ŋ', 'n'),
        'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th'),
      -- marks on letters; apostrophes; hyphens and dashes; what can't be seen
      e'[\u0300-\u036f''`\u2018\u2019\u201b\u2032\u02b9\u02bb-\u02bd\u02c8\u2010-\u2015\u2212\u00ad\u200b-\u200f\u2060\ufeff-]',
      '', 'g')
    end;
