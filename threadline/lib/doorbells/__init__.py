"""The two makes of doorbell: datagram sockets beside a SQLite file, LISTEN and NOTIFY on PostgreSQL."""
