-- A search within an organisation looks through its addresses, and not through everybody's.
create index address_organisation on address (organisation_id);
