-- Whoever comes back after having been removed is another user, with the same identifier in the systems around.
update users set uuid = gen_random_uuid() where removed_at is not null;
