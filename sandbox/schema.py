"""The tables of the sandbox's own database."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    sid TEXT PRIMARY KEY, auth_token TEXT NOT NULL, secondary_token TEXT NOT NULL DEFAULT '',
    friendly_name TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'active',
    owner_sid TEXT NOT NULL, balance INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS verified (account_sid TEXT, phone TEXT, PRIMARY KEY (account_sid, phone));
CREATE TABLE IF NOT EXISTS services (
    sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL, friendly_name TEXT NOT NULL, settings TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS numbers (
    sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL, phone TEXT NOT NULL UNIQUE, service_sid TEXT,
    settings TEXT NOT NULL DEFAULT '{}', created REAL NOT NULL, updated REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, account_sid TEXT NOT NULL, direction TEXT NOT NULL,
    sender TEXT, recipient TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL,
    segments INTEGER NOT NULL, media INTEGER NOT NULL DEFAULT 0, price INTEGER, error_code INTEGER,
    service_sid TEXT, callback TEXT, created REAL NOT NULL, updated REAL NOT NULL, sent REAL,
    life TEXT NOT NULL DEFAULT '', verdict INTEGER, next_at REAL,
    deleted INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_list ON messages (account_sid, created, id);
CREATE INDEX IF NOT EXISTS messages_to ON messages (recipient, created, id);
CREATE INDEX IF NOT EXISTS messages_from ON messages (sender, created, id);
CREATE INDEX IF NOT EXISTS messages_due ON messages (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS media (
    sid TEXT PRIMARY KEY, account_sid TEXT NOT NULL, message_sid TEXT NOT NULL, position INTEGER NOT NULL,
    content_type TEXT NOT NULL, data BLOB, url TEXT NOT NULL DEFAULT '', created REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS media_of_message ON media (message_sid, position);
CREATE TABLE IF NOT EXISTS optouts (scope TEXT, phone TEXT, created REAL NOT NULL, PRIMARY KEY (scope, phone));
CREATE TABLE IF NOT EXISTS handsets (
    phone TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', last_at REAL NOT NULL DEFAULT 0,
    preview TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS answered (
    habit INTEGER NOT NULL, phone TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (habit, phone)
);
CREATE TABLE IF NOT EXISTS intended (
    id INTEGER PRIMARY KEY, phone TEXT NOT NULL, number TEXT NOT NULL, body TEXT NOT NULL, due_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS intended_due ON intended (due_at);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account_sid TEXT NOT NULL, message_sid TEXT NOT NULL, kind TEXT NOT NULL,
    method TEXT NOT NULL, url TEXT NOT NULL, fallback TEXT NOT NULL DEFAULT '', params TEXT NOT NULL,
    token TEXT NOT NULL, due_at REAL NOT NULL
);
"""
