using Npgsql;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Storage;

/// <summary>What becomes of what lies in a database when a newer program comes to it.</summary>
public sealed class OldDataTests(Postgres postgres) : IAsyncLifetime
{
    private const string Users = """
        insert into institutions (id, name, time_zone, created_at, version) values (1, 'Escola', 'UTC', now(), 1);
        insert into users (institution_id, id, name, email, cpf, nickname, uuid, role, created_at, removed_at) values
            (1, 1, 'Ana', 'ana@school.example', '111.111.111-11', 'aninha', '00000000-0000-0000-0000-000000000001', 'learner', now(), null),
            (1, 2, 'Bia', 'bia@school.example', '222.222.222-22', 'bibi', '00000000-0000-0000-0000-000000000002', 'learner', now(), now()),
            (1, 3, 'Caio', 'caio@school.example', '333.333.333-33', null, '00000000-0000-0000-0000-000000000003', 'learner', now(), now());

        """;

    private NpgsqlDataSource _database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Cancel));

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Of_who_was_removed_the_name_alone_is_left()
    {
        await UpgradeAsync(21, Users);

        Assert.Equal(
            ["Ana ana@school.example 111.111.111-11 aninha", "Bia   -", "Caio   -"],
            await ReadAsync("select name || ' ' || email || ' ' || cpf || ' ' || coalesce(nickname, '-') from users order by id"));
    }

    [Fact]
    public async Task What_is_left_of_an_import_stays_while_it_runs_and_goes_where_it_has_ended()
    {
        await UpgradeAsync(21, Users + """
            insert into imports (institution_id, id, kind, emit_events, state, created_at, finished_at) values
                (1, 1, 'users', true, 'running', now(), null), (1, 2, 'users', true, 'failed', now(), now()), (1, 3, 'users', true, 'done', now(), now());
            insert into import_rows (institution_id, import_id, line, cells) select 1, i, 1, '{Ana}' from generate_series(1, 2) i;
            insert into import_refusals (institution_id, import_id, line, columns, reasons) values (1, 3, 7, '{email}', '{none}');
            """);

        Assert.Equal(["1"], await ReadAsync("select import_id::text from import_rows"));
        Assert.Equal(["7"], await ReadAsync("select line::text from import_refusals"));
        Assert.Equal(
            ["true manager", "true manager", "true manager"],
            await ReadAsync("select rows_kept || ' ' || highest_role from imports order by id"));
    }

    [Fact]
    public async Task A_quiz_that_was_reset_counts_its_attempts_anew_and_no_other_does()
    {
        await UpgradeAsync(23, """
            set session_replication_role = replica; -- the courses around do not matter
            insert into content_completions (institution_id, id, enrollment_id, content_id, user_id, started_at, completed_at, attempts) values
                (1, 1, 1, 1, 1, now(), null, 3), (1, 2, 1, 2, 1, now(), now(), 2), (1, 3, 1, 3, 1, now(), null, 0);
            set session_replication_role = default;
            """);

        Assert.Equal(["3", "-", "-"], await ReadAsync("select coalesce(attempts_at_reset::text, '-') from content_completions order by id"));
    }

    [Fact]
    public async Task The_identifier_of_who_was_removed_is_free_for_whoever_comes_back()
    {
        await UpgradeAsync(25, Users);

        Assert.Equal(["Ana"], await ReadAsync("select name from users where uuid::text like '00000000-0000-0000-0000-%'"));
        Assert.Equal(["3"], await ReadAsync("select count(distinct uuid)::text from users"));
    }

    private async Task UpgradeAsync(int number, string rows)
    {
        await CampusSchema.MigrateUntilBeforeAsync(_database, number, Cancel);
        await using (var insert = _database.CreateCommand(rows))
            await insert.ExecuteNonQueryAsync(Cancel);
        await CampusSchema.MigrateAsync(_database, Cancel);
    }

    private async Task<string[]> ReadAsync(string sql)
    {
        await using var command = _database.CreateCommand($"select array({sql})");
        return (string[])(await command.ExecuteScalarAsync(Cancel))!;
    }
}
