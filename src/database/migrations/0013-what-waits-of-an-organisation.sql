-- Each file that arrives asks what its organisation has waiting.
create index change_set_waiting on change_set (organisation_id) where status in ('checking', 'checked');
