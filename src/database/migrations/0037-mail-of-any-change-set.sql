-- A message tells of a change set of any kind.
select set_config('muster.organisations', 'all', true); -- for this transaction: the owner is held to the policies too

alter table mail rename column upload_id to change_set_id;
alter table mail drop constraint mail_upload_id_fkey;
alter table mail add constraint mail_change_set foreign key (change_set_id) references change_set;
