using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sineta.Learning.Imports;
using Sineta.Learning.People;
using Sineta.Learning.Storage;
using Sineta.Learning.Trails;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Imports;

public sealed class ImportTests(Postgres postgres) : IAsyncLifetime
{
    private CampusNode _campus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ImportStore Store => _campus.Get<ImportStore>();

    public async ValueTask InitializeAsync() => _campus = await CampusNode.StartAloneAsync(postgres, Cancel);

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task Users_are_registered_and_every_row_that_cannot_be_is_named_with_its_line()
    {
        var known = await _campus.AddUserAsync(Cancel);
        var import = await RunAsync(ImportKind.Users, $"""
            name;email;cpf;nickname;uuid;role
            Ana Souza;ana@example.com;529.982.247-25;;5F0C2E3A-0C58-4A64-9C12-1B1E0B0E3A01;
            "Bruno; o segundo";bruno@example.com;12345678909;Bru;;manager

            Caio;{known.Email.ToUpperInvariant()};529.982.247-25;;;
            Duda;ANA@example.com;123.456.789-99;;x;chefe
            Eva;eva@example.com
            "Fábio
            Lima";fabio@example.com;529.982.247-25;;5f0c2e3a-0c58-4a64-9c12-1b1e0b0e3a01;learner
            """);

        Assert.Equal((ImportState.Done, 6, 6, 4), (import.State, import.Total, import.Done, import.Refused));
        Assert.Equal(
            [(5, "email"), (6, "cpf role uuid"), (7, ""), (8, "uuid")], await RefusedAsync(import));
        Assert.Equal(
            "Ana Souza/learner|Bruno; o segundo/manager",
            await TextAsync("select string_agg(name || '/' || role, '|' order by id) from users where institution_id = $1 and email ~ '^(ana|bruno)@'"));
        Assert.Empty(await _campus.EventsAsync(Cancel));
    }

    [Fact]
    public async Task R19_Enrolments_keep_their_times_and_nothing_is_told()
    {
        var (ana, bruno, course) = (await _campus.AddUserAsync(Cancel), await _campus.AddUserAsync(Cancel), await _campus.AddCourseAsync(Cancel));

        var import = await RunAsync(ImportKind.Enrollments, $"""
            user_id,user_email,user_uuid,course_id,enrolled_at,date_expire,completed_at
            {ana.Id},,,{course.Id},2025-01-10 08:00:00,2025-12-31,2025-02-01T12:00:00-03:00
            ,{bruno.Email},,{course.Id},2026-03-01T12:00:00Z,,
            ,,{ana.Uuid},{course.Id},2026-02-01T12:00:00+00:00,2026-12-31,
            """);

        Assert.Equal((ImportState.Done, 0), (import.State, import.Refused));
        Assert.Equal(
            $"""
            {ana.Id} 2025-01-10 11:00 2025-12-31 2025-02-01 15:00 expired 2026-01-01 03:00 import
            {bruno.Id} 2026-03-01 12:00 - - - - import
            {ana.Id} 2026-02-01 12:00 2026-12-31 - - - import
            """,
            await TextAsync(
                """
                select string_agg(concat_ws(' ', user_id, to_char(enrolled_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), coalesce(date_expire::text, '-'),
                    coalesce(to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), '-'), coalesce(ended, '-'),
                    coalesce(to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), '-'), source), E'\n' order by id)
                from enrollments where institution_id = $1
                """));
        Assert.Empty(await _campus.EventsAsync(Cancel));
    }

    [Fact]
    public async Task R19_Asked_for_events_tell_what_was_under_its_time_in_order()
    {
        var (user, course) = (await _campus.AddUserAsync(Cancel), await _campus.AddCourseAsync(Cancel, texts: 2));
        var trail = await TrailAsync(course.Id, user.Id, joinedAt: "2025-01-01T00:00:00Z");

        await RunAsync(ImportKind.Enrollments, $$"""{"user_id":{{user.Id}},"course_id":{{course.Id}},"enrolled_at":"2025-01-10T12:00:00Z"}""", emit: true);
        await RunAsync(
            ImportKind.Completions,
            $$"""
            {"user_id":{{user.Id}},"content_id":{{course.ContentIds[1]}},"completed_at":"2025-01-12T12:00:00Z","answer":"Lido."}
            {"user_id":{{user.Id}},"content_id":{{course.ContentIds[0]}},"completed_at":"2025-01-11T12:00:00Z"}
            """, emit: true);

        var told = await _campus.EventsAsync(Cancel);
        Assert.Equal(
            [
                ("activities.course.enrollment", 10), ("activities.content.completed", 12), ("activities.content.completed", 11),
                ("activities.course.completed", 12), ("activities.trail.completed", 12),
            ],
            told.Select(e => (e.Slug, e.OccurredAt.Day)));
        Assert.All(told, e => Assert.Equal("import", e.Source));
        Assert.Equal([50, 100], told.Skip(1).Take(2).Select(e => e.Data.GetProperty("course").GetProperty("progress").GetInt32()));
        Assert.Equal("2025-01-12 09:00:00", told[4].Data.GetProperty("trail").GetProperty("finished_at").GetString());
        Assert.Equal($"campus/user:{user.Id}/trail:{trail}", told[4].DedupeKey);
    }

    [Fact]
    public async Task R19_Unasked_the_same_completions_complete_course_and_trail_in_silence()
    {
        var (user, course) = (await _campus.AddUserAsync(Cancel), await _campus.AddCourseAsync(Cancel, texts: 1));
        await TrailAsync(course.Id, user.Id, joinedAt: "2025-06-01T00:00:00Z");
        await RunAsync(ImportKind.Enrollments, $$"""{"user_id":{{user.Id}},"course_id":{{course.Id}},"enrolled_at":"2025-01-10T12:00:00Z"}""");

        await RunAsync(
            ImportKind.Completions, $$"""{"user_id":{{user.Id}},"content_id":{{course.ContentIds[0]}},"completed_at":"2025-01-11T12:00:00Z"}""");

        Assert.Empty(await _campus.EventsAsync(Cancel));
        Assert.Equal(
            "2025-01-11 2025-06-01",
            await TextAsync(
                """
                select to_char(e.completed_at, 'YYYY-MM-DD') || ' ' || to_char(p.finished_at at time zone 'UTC', 'YYYY-MM-DD')
                from enrollments e join trail_participations p using (institution_id, user_id) where e.institution_id = $1
                """));
    }

    [Fact]
    public async Task What_is_there_already_is_not_made_again_by_the_same_file()
    {
        var (user, course) = (await _campus.AddUserAsync(Cancel), await _campus.AddCourseAsync(Cancel, texts: 1));
        var enrollments = $"""
            user_id,course_id,enrolled_at,date_expire,completed_at
            {user.Id},{course.Id},2024-01-10T12:00:00Z,2024-12-31,
            {user.Id},{course.Id},2025-01-10T12:00:00Z,,
            {user.Id},{course.Id},2025-02-10T12:00:00Z,,2025-03-01T12:00:00Z
            """;
        var completions = $"""
            user_id,content_id,completed_at
            {user.Id},{course.ContentIds[0]},2024-02-01T12:00:00Z
            {user.Id},{course.ContentIds[0]},2025-02-01T12:00:00Z
            {user.Id},{course.ContentIds[0]},2025-02-02T12:00:00Z
            """;

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(0, (await RunAsync(ImportKind.Enrollments, enrollments, emit: true)).Refused);
            Assert.Equal(0, (await RunAsync(ImportKind.Completions, completions, emit: true)).Refused);
            Assert.Equal("2 2", await TextAsync(
                """
                select (select count(*) from enrollments where institution_id = $1) || ' '
                    || (select count(*) from content_completions where institution_id = $1)
                """));
            Assert.Equal(6, (await _campus.EventsAsync(Cancel)).Count);
        }
    }

    [Fact]
    public async Task Rows_that_break_a_rule_are_refused_and_the_others_are_not()
    {
        var user = await _campus.AddUserAsync(Cancel);
        var course = await _campus.AddCourseAsync(Cancel);
        var draft = await _campus.AddCourseAsync(new CourseSeed { Status = "draft" }, Cancel);

        var enrollments = await RunAsync(ImportKind.Enrollments, $"""
            user_id,user_email,course_id,enrolled_at,date_expire,completed_at
            999999,,{course.Id},2026-01-01T00:00:00Z,,
            {user.Id},{user.Email},{course.Id},2026-01-01T00:00:00Z,,
            ,,{course.Id},2026-01-01T00:00:00Z,,
            {user.Id},,999999,2026-01-01T00:00:00Z,,
            {user.Id},,{draft.Id},2026-01-01T00:00:00Z,,
            {user.Id},,{course.Id},,,
            {user.Id},,{course.Id},2026-03-10T15:00:01Z,2026-02-30,2026-01-01
            {user.Id},,{course.Id},2026-01-02T12:00:00Z,2026-01-01,2026-01-01T12:00:00Z
            {user.Id},,{course.Id},2026-01-02T12:00:00Z,,
            """);
        Assert.Equal(
            [
                (2, "user_id"), (3, ""), (4, ""), (5, "course_id"), (6, "course_id"), (7, "enrolled_at"),
                (8, "enrolled_at completed_at date_expire"), (9, "date_expire completed_at"),
            ], await RefusedAsync(enrollments));

        var completions = await RunAsync(
            ImportKind.Completions,
            $$"""
            {"user_id":{{user.Id}},"content_id":{{course.ContentIds[0]}},"completed_at":"2026-01-01T12:00:00Z"}
            {"user_id":{{user.Id}},"content_id":999999,"completed_at":"2026-01-03T12:00:00Z"}
            {"user_id":{{user.Id}},"content_id":{{course.ContentIds[0]}},"completed_at":"2026-01-03T12:00:00Z","points":5,"correct":"yes"}
            {"user_id":{{user.Id}},"content_id":{{course.ContentIds[0]}},"completed_at":"2026-01-03T12:00:00Z","points":5,"points_possible":4}

            {"user_id":{{user.Id}},"content":1}
            {"user_id":[]}
            [1]
            {"user_id":"\ud800"}
            {"user_id":"\u0000"}
            no json
            {"user_id":{{user.Id}},"content_id":{{course.ContentIds[0]}},"completed_at":"2026-01-03T12:00:00Z","points":4,"points_possible":5,"correct":false}
            """);
        Assert.Equal(
            [
                (1, ""), (2, "content_id"), (3, "correct points_possible"), (4, "points_possible"), (6, ""), (7, ""), (8, ""), (9, ""), (10, ""), (11, ""),
            ], await RefusedAsync(completions));
        Assert.Equal(
            "f 4.00 5.00 80.0000",
            await TextAsync("select concat_ws(' ', correct, points, points_possible, score) from content_completions where institution_id = $1"));
    }

    [Theory]
    [InlineData("name,email,cpf\n", "")]
    [InlineData("", "")]
    [InlineData("name,phone,cpf,cpf\nAna,a@example.com,1,1\n", "/header/1 /header/3 /header")]
    [InlineData("name,email,cpf\nAna,\"a@example.com,1\n", "")]
    [InlineData("name,email,cpf,fone\uFFFE\nAna,a@example.com,1,2\n", "/header/3")]
    public async Task A_file_that_cannot_be_read_is_refused_whole(string csv, string pointers)
    {
        var refused = Assert.IsType<Change<Import>.Refused>(await ReceiveAsync(ImportKind.Users, csv));

        Assert.Equal(pointers, string.Join(' ', refused.Faults.Select(f => f.Pointer)));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_utf_8_and_one_of_too_many_rows_leave_nothing()
    {
        Assert.IsType<Change<Import>.Refused>(await ReceiveAsync(ImportKind.Users, [.. "name,email,cpf\n"u8, 0xC3, 0x28, (byte)'\n']));
        var many = new StringBuilder("name,email,cpf\n").Insert("name,email,cpf\n".Length, "a,b,c\n", ImportIntake.MaxRows + 1).ToString();
        Assert.IsType<Change<Import>.Refused>(await ReceiveAsync(ImportKind.Users, many));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_step_that_was_not_committed_was_never_done_and_is_done_once_by_the_next_node()
    {
        var (rows, course) = (1_200, await _campus.AddCourseAsync(Cancel));
        var import = await EnrollManyAsync(rows, course.Id);
        Assert.True(await _campus.Get<Importer>().StepAsync(Cancel));
        await _campus.Get<CampusTransactions>().RunAsync(_campus.Institution, async transaction =>
        {
            var claimed = (await ImportStore.ClaimAsync(transaction, import.Id, Cancel))!;
            var taken = await ImportStore.TakeRowsAsync(transaction, import.Id, 500, Cancel);
            await ImportStep.RunAsync(transaction, claimed, taken, Cancel);
            await ImportStore.AdvanceAsync(transaction, import.Id, taken.Count, [], Cancel);
            Assert.False(await _campus.Get<Importer>().StepAsync(Cancel));
            return 0;
        }, Cancel);
        Assert.Equal(500, (await FindAsync(import.Id)).Done);

        await FinishAsync();

        Assert.Equal((ImportState.Done, rows, 0), (await FindAsync(import.Id)) is var done ? (done.State, done.Done, done.Refused) : default);
        Assert.Equal(rows, (await _campus.EventsAsync(Cancel)).Count);
        Assert.Equal(rows.ToString(CultureInfo.InvariantCulture), await TextAsync("select count(*)::text from enrollments where institution_id = $1"));
    }

    [Fact]
    public async Task Several_nodes_do_each_row_once()
    {
        var (rows, course) = (2_000, await _campus.AddCourseAsync(Cancel));
        var import = await EnrollManyAsync(rows, course.Id);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FinishAsync()));
        await FinishAsync();

        Assert.Equal((ImportState.Done, rows), (await FindAsync(import.Id)) is var done ? (done.State, done.Done) : default);
        Assert.Equal(rows, (await _campus.EventsAsync(Cancel)).Count);
    }

    [Fact]
    public async Task What_was_done_before_a_cancellation_stays_and_the_rest_is_gone()
    {
        var import = await EnrollManyAsync(700, (await _campus.AddCourseAsync(Cancel)).Id);
        await _campus.Get<Importer>().StepAsync(Cancel);

        await Store.CancelAsync(_campus.Institution.Id, import.Id, Cancel);
        await FinishAsync();
        await Store.CancelAsync(_campus.Institution.Id, import.Id, Cancel);

        Assert.Equal((ImportState.Cancelled, 500), (await FindAsync(import.Id)) is var ended ? (ended.State, ended.Done) : default);
        Assert.Equal("500 0", await TextAsync(
            "select (select count(*) from enrollments where institution_id = $1) || ' ' || (select count(*) from import_rows where institution_id = $1)"));
    }

    [Fact]
    public async Task Twenty_thousand_rows_of_each_kind_take_seconds_while_the_database_knows_nothing_of_them()
    {
        const int Rows = 20_000;
        foreach (var table in new[] { "users", "enrollments", "content_completions", "import_rows" })
        {
            await using var command = _campus.Database.CreateCommand($"alter table {table} set (autovacuum_enabled = false)");
            await command.ExecuteNonQueryAsync(Cancel);
        }

        var course = await _campus.AddCourseAsync(Cancel, texts: 1);
        var people = Enumerable.Range(0, Rows).ToList();
        var watch = Stopwatch.StartNew();
        foreach (var (kind, file) in new (ImportKind, IEnumerable<string>)[]
        {
            (ImportKind.Users, people.Select(i => $$"""{"name":"Pessoa {{i}}","email":"muitas{{i}}@example.com","cpf":"529.982.247-25"}""")),
            (ImportKind.Enrollments, people.Select(
                i => $$"""{"user_email":"muitas{{i}}@example.com","course_id":{{course.Id}},"enrolled_at":"2025-01-10T12:00:00Z"}""")),
            (ImportKind.Completions, people.Select(
                i => $$"""{"user_email":"muitas{{i}}@example.com","content_id":{{course.ContentIds[0]}},"completed_at":"2025-01-11T12:00:00Z"}""")),
        })
        {
            watch.Restart();
            var import = await RunAsync(kind, string.Join('\n', file), emit: true);
            TestContext.Current.TestOutputHelper!.WriteLine($"{Rows} {kind} in {watch.Elapsed.TotalSeconds:0.0} s");
            Assert.Equal((ImportState.Done, Rows, 0), (import.State, import.Done, import.Refused));
        }

        Assert.Equal(3 * Rows, (await _campus.EventsAsync(Cancel)).Count);
    }

    // CSV where it has a header, otherwise an object on each line.
    private async Task<Import> RunAsync(ImportKind kind, string file, bool emit = false)
    {
        var received = CampusNode.Made(await ReceiveAsync(kind, file, emit));
        await FinishAsync();
        return await FindAsync(received.Id);
    }

    private Task<Change<Import>> ReceiveAsync(ImportKind kind, string file, bool emit = false) =>
        ReceiveAsync(kind, Encoding.UTF8.GetBytes(file), emit);

    private async Task<Change<Import>> ReceiveAsync(ImportKind kind, byte[] file, bool emit = false)
    {
        using var stream = new MemoryStream(file);
        var format = file is [(byte)'{', ..] ? ImportFormat.NdJson : ImportFormat.Csv;
        return await _campus.Get<ImportIntake>().ReceiveAsync(_campus.Institution, kind, format, emit, Role.Manager, stream, Cancel);
    }

    private async Task FinishAsync()
    {
        while (await _campus.Get<Importer>().StepAsync(Cancel))
        {
        }
    }

    private async Task<Import> EnrollManyAsync(int count, long courseId)
    {
        await _campus.NumberAsync(
            """
            with made as (
                insert into users (institution_id, name, email, cpf, uuid, role, created_at)
                select $1, 'Pessoa ' || i, 'p' || i || '@example.com', '529.982.247-25', gen_random_uuid(), 'learner', now()
                from generate_series(1, $2) i returning 1)
            select count(*) from made
            """, Cancel, _campus.Institution.Id, count);
        var file = string.Concat(Enumerable.Range(1, count).Select(i => $"p{i}@example.com,{courseId},2025-01-10T12:00:00Z\n"));
        return CampusNode.Made(await ReceiveAsync(ImportKind.Enrollments, "user_email,course_id,enrolled_at\n" + file, emit: true));
    }

    private async Task<long> TrailAsync(long courseId, long userId, string joinedAt)
    {
        var draft = new TrailDraft { Name = "Trilha", Status = "published", Items = [new() { CourseId = courseId }] };
        var trail = CampusNode.Made(await _campus.Get<TrailEditing>().CreateAsync(_campus.Institution, draft, Cancel));
        CampusNode.Made(await _campus.Get<JoinTrail>().RunAsync(_campus.Institution, trail.Id, userId, Cancel));
        return await _campus.NumberAsync(
            "update trail_participations set joined_at = $2::timestamptz where trail_id = $1 returning trail_id", Cancel, trail.Id,
            DateTimeOffset.Parse(joinedAt, CultureInfo.InvariantCulture).UtcDateTime);
    }

    private async Task<Import> FindAsync(long id) => (await Store.FindAsync(_campus.Institution.Id, id, Cancel))!;

    private async Task<(int Line, string Columns)[]> RefusedAsync(Import import) =>
        [.. (await Store.RefusalsAsync(_campus.Institution.Id, import.Id, 0, 100, Cancel))
            .Select(r => (r.Line, string.Join(' ', r.Faults.Select(f => f.Pointer))))];

    private async Task NothingIsLeftAsync()
    {
        Assert.Empty(await Store.ListAsync(_campus.Institution.Id, null, 10, Cancel));
        Assert.Equal("0 0", await TextAsync(
            "select (select count(*) from imports where institution_id = $1) || ' ' || (select count(*) from import_rows where institution_id = $1)"));
    }

    private async Task<string?> TextAsync(string sql)
    {
        await using var command = _campus.Database.CreateCommand(sql);
        command.Parameters.AddWithValue(_campus.Institution.Id);
        return await command.ExecuteScalarAsync(Cancel) as string;
    }
}
