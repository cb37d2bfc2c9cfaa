using Npgsql;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Storage;

/// <summary>What was told before the campus had keys of its own.</summary>
public sealed class OwnKeysTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_campus_gets_back_its_keys_and_a_publisher_keeps_what_it_published()
    {
        await using var campus = await CampusNode.StartAloneAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(Cancel);
        var told = await EnrollAsync(campus, course);
        var published = await EnrollAsync(campus, course);
        await ExecuteAsync(campus.Database, "update event_keys set dedupe_key = replace(dedupe_key, 'campus/', '')");
        await ExecuteAsync(campus.Database, $"update events set learner = 'aluno-9' where dedupe_key = 'campus/enrollment:{published}'");

        await ExecuteAsync(campus.Database, await MigrationAsync());

        await using var keys = campus.Database.CreateCommand("select array(select dedupe_key from event_keys order by dedupe_key)");
        Assert.Equal([$"campus/enrollment:{told}", $"enrollment:{published}"], (string[])(await keys.ExecuteScalarAsync(Cancel))!);
    }

    private static async Task<long> EnrollAsync(CampusNode campus, SeededCourse course)
    {
        var user = await campus.AddUserAsync(Cancel);
        var request = new EnrollmentRequest(user.Id, course.Id, EnrollmentSource.Api);
        return CampusNode.Made(await campus.Get<EnsureEnrollment>().RunAsync(campus.Institution, request, Cancel)).Enrollment.Id;
    }

    private static async Task<string> MigrationAsync()
    {
        var assembly = typeof(CampusTransaction).Assembly;
        var name = assembly.GetManifestResourceNames().Single(static n => n.EndsWith("0017_own_keys.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return await reader.ReadToEndAsync(Cancel);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
