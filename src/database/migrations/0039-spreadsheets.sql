-- What kind of file an upload was, and of a workbook which sheet was read and which others had something in them.
alter table upload
  add column format text not null default 'csv' check (format in ('csv', 'xlsx', 'ods')),
  add column sheet text,
  add column other_sheets text[] not null default '{}';
