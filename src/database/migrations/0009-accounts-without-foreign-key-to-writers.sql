-- Who wrote an account is the administrator who confirmed the change set, which has a foreign key of its own, and
-- administrators are never deleted. Looking them up again for each account took a fifth of an apply's time.
alter table account drop constraint account_updated_by_fkey;
