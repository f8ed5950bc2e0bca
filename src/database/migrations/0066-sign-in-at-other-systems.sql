-- Signing in at another system by OpenID Connect, and who may sign in by a password all the same where only that is
-- allowed.

-- As whom an administrator is known elsewhere: first found by their address, from then on by the issuer and its subject,
-- which is never given to anybody else.
create table administrator_identity (
  id integer generated always as identity primary key,
  administrator_id integer not null references administrator,
  issuer text not null,
  subject text not null,
  email text, -- as the issuer said it when it was linked: to be shown, nothing is found by it
  linked_at timestamptz not null,
  last_used_at timestamptz,
  unique (issuer, subject),
  unique (administrator_id, issuer)
);

-- Who was sent to another system and isn't back yet. It works once, in the browser that it was begun in.
create table openid_request (
  state_hash bytea primary key,
  browser_hash bytea not null,
  provider text not null,
  next text not null,
  link_hash bytea, -- of the invitation that is accepted by it
  expires_at timestamptz not null
);
create index openid_request_expires_at on openid_request (expires_at);

alter table administrator add column break_glass_since timestamptz;
