-- Usage is rated in lanes, each of which has a share of the accounts. Whoever rates in one holds its row until the
-- transaction ends; an instance that finds itself there still knows that no other has rated meanwhile.
CREATE TABLE usage_lane (
    lane_no bigint PRIMARY KEY,
    holder  uuid
) WITH (fillfactor = 50);

-- The records of an account's cycle are read together and put in order by their reader: a shorter index is enough, which
-- each record of many accounts changes in a place of its own.
CREATE INDEX usage_record_of_account ON usage_record (account_no);

DROP INDEX usage_record_account;
