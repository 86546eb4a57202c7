-- Run once, by the PostgreSQL image, when its volume is new. Each role owns its databases and reaches no other.
-- The schema jobs need no more: an owner may add what Temporal's schema asks for, its one extension included.
\getenv temporal_password TEMPORAL_DB_PASSWORD
\getenv furlough_password FURLOUGH_DB_PASSWORD

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE ROLE furlough LOGIN PASSWORD :'furlough_password';

CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
CREATE DATABASE furlough OWNER furlough;

REVOKE CONNECT ON DATABASE postgres, temporal, temporal_visibility, furlough FROM PUBLIC;
