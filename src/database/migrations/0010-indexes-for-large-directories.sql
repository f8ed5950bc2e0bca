-- A search within an organisation looks through its addresses, and not through everybody's.
create index address_organisation on address (organisation_id);

-- The header's list of organisations takes the first ones by name, for every page.
create index organisation_name on organisation (name, code);

-- The metrics count what has ended since they last looked.
create index change_set_completed on change_set (completed_at);
