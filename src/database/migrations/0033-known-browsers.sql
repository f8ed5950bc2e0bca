-- Attempts are counted by the network or the known browser that they come from, so that nobody is kept out by somebody
-- elsewhere. Those of the last minutes are forgotten with this.

drop table attempt;
create table attempt (
  what text not null,        -- sign-in, password-mail
  account text not null,     -- a hash of the e-mail address that was given, whether anybody has it or not
  by text not null,          -- a network, a known browser, or a session
  is_known boolean not null, -- by a browser in which its holder has signed in before
  address text,              -- for minutes; of one that isn't known
  at timestamptz not null
);
create index attempt_account_at on attempt (account, at);
create index attempt_address_at on attempt (address, at) where address is not null;
create index attempt_at on attempt (at);

-- In which browsers an administrator has signed in. A browser has one secret, for all who sign in there.
create table known_browser (
  id integer generated always as identity primary key,
  secret_hash bytea not null, -- a copy of this table makes no browser known
  administrator_id integer not null references administrator,
  used_at timestamptz not null,
  unique (secret_hash, administrator_id)
);
create index known_browser_administrator on known_browser (administrator_id, used_at);
create index known_browser_used_at on known_browser (used_at);
