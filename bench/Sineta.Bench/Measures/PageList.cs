using System.Globalization;
using Npgsql;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>A page that is measured.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Paths">Opened in turn.</param>
internal sealed record MeasuredPage(string Name, IReadOnlyList<string> Paths);

/// <summary>The pages of each role, with what of the school they are opened for.</summary>
internal sealed class PageList : IAsyncDisposable
{
    private const int Samples = 20;
    private const string Log = "/webhooks/deliveries";

    private readonly NpgsqlDataSource _database;
    private readonly string _learner;

    /// <param name="learner">The address of the learner who opens the campus.</param>
    public PageList(Server server, string learner) => (_database, _learner) = (NpgsqlDataSource.Create(server.ConnectionString), learner);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public async Task<IReadOnlyList<MeasuredPage>> OfLearnerAsync(CancellationToken cancellationToken)
    {
        var own = $"from enrollments e where e.user_id = (select id from users where email = '{_learner}')";
        return
        [
            Page("/campus"), Page("/campus?q=curso"), Page("/campus?q=nowhere to be found"), Page("/campus/courses"), Page("/campus/trails"),
            Page("/campus/classes"), Page("/campus/certificates"), Page("/campus/account"), Page("/verify"),
            await PageAsync("/campus/courses/*", "select id from courses where status = 'published'"),
            await PageAsync("/campus/courses/*", $"select e.course_id {own} and e.ended is null", "of a course that one takes"),
            await PageAsync(
                "/campus/courses/*", "select c.course_id || '/contents/' || c.id from contents c where c.published and c.removed_at is null "
                + $"and c.course_id in (select e.course_id {own} and e.ended is null)", "of a content"),
            await PageAsync("/campus/trails/*", "select id from trails where status = 'published'"),
            await PageAsync("/campus/certificates/*", $"select c.enrollment_id from certificates c where c.enrollment_id in (select e.id {own})"),
            await PageAsync("/verify/*", "select code from certificates"),
        ];
    }

    public async Task<IReadOnlyList<MeasuredPage>> OfManagerAsync(CancellationToken cancellationToken) =>
    [
        Page("/manage"), Page("/manage/schools"), Page("/manage/schools/new"), Page("/manage/templates"), Page("/manage/templates/new"),
        Page("/manage/courses"), Page("/manage/courses?search=curso"), Page("/manage/courses?search=nowhere"), Page("/manage/courses/new"),
        Page("/manage/users"), Page("/manage/users?search=souza"), Page("/manage/users?search=pessoa999"),
        Page("/manage/users?search=nowhere"), Page("/manage/users/new"), Page("/manage/users?after=1:K"),
        Page("/manage/enrollments"), Page("/manage/enrollments/new"), Page($"/manage/enrollments?learner={_learner}"),
        Page("/manage/enrollments?state=suspended"), Page("/manage/enrollments?state=expired"), Page("/manage/enrollments?state=scheduled"),
        Page("/manage/classes"), Page("/manage/classes/new"), Page("/manage/trails"), Page("/manage/trails/new"),
        Page("/manage/imports"), Page("/manage/imports/new"), Page("/manage/reports"),
        await PageAsync("/manage/schools/*", "select id from schools"),
        await PageAsync("/manage/templates/*", "select id from certificate_templates"),
        await PageAsync("/manage/courses/*", "select id from courses"),
        await PageAsync("/manage/courses/*", "select id || '/settings' from courses", "of a course's settings"),
        await PageAsync("/manage/lessons/*", "select id from lessons where removed_at is null"),
        await PageAsync("/manage/contents/*", "select id from contents where removed_at is null"),
        await PageAsync("/manage/users/*", "select id from users where removed_at is null"),
        await PageAsync("/manage/users/*", "select id || '/edit' from users where removed_at is null", "of a user's settings"),
        await PageAsync("/manage/enrollments/*", "select id from enrollments"),
        await PageAsync("/manage/enrollments?course=*", "select id from courses"),
        await PageAsync("/manage/enrollments?state=suspended&course=*", "select id from courses"),
        await PageAsync("/manage/classes/*", "select id from classes"),
        await PageAsync("/manage/classes/*", "select id || '?search=souza' from classes", "of whom to invite to a class"),
        await PageAsync("/manage/trails/*", "select id from trails"),
        await PageAsync("/manage/trails/*", "select id || '/edit' from trails", "of a trail's items"),
    ];

    public async Task<IReadOnlyList<MeasuredPage>> OfIntegratorAsync(CancellationToken cancellationToken)
    {
        const string endpoints = "select 'ep_' || replace(id::text, '-', '') from endpoints where status <> 'deleted'";
        const string deliveries = "select 'dlv_' || replace(delivery_id::text, '-', '') from attempts where conclusion";
        const string replays = "select 'rpl_' || replace(id::text, '-', '') from replays";
        return
        [
            Page("/webhooks"), Page("/webhooks?window=hour"), Page("/webhooks?window=week"), Page("/webhooks/endpoints"),
            Page("/webhooks/endpoints/new"), Page("/webhooks/events"), Page("/webhooks/events/activities.course.completed"),
            Page("/webhooks/api-keys"), Page("/webhooks/audit"), Page("/webhooks/replays"), Page("/webhooks/replays/new"),
            await PageAsync("/webhooks/endpoints/*", endpoints),
            await PageAsync("/webhooks/endpoints/*?window=hour", endpoints),
            await PageAsync("/webhooks/endpoints/*?window=week", endpoints),
            await PageAsync("/webhooks/endpoints/*/settings", endpoints),
            await PageAsync("/webhooks/replays/*", replays),
            Page(Log), Page($"{Log}/rows"), Page($"{Log}?status=delivered"), Page($"{Log}?status=failed"), Page($"{Log}?status=held"),
            Page($"{Log}?status=pending"), Page($"{Log}?type=activities.content.completed"), Page($"{Log}?type=activities.trail.completed"),
            Page($"{Log}?status=failed&type=activities.trail.completed"), Page(Span(days: 14)), Page(Span(days: 14) + "&status=failed"),
            Page(Span(days: 14) + "&type=activities.trail.completed"),
            await PageAsync($"{Log}?endpoint=*", endpoints),
            await PageAsync($"{Log}?status=failed&endpoint=*", endpoints),
            await PageAsync($"{Log}?type=activities.trail.completed&endpoint=*", endpoints),
            await PageAsync($"{Log}?learner=*", "select id from users where role = 'learner' and email <> '" + _learner + "'"),
            await PageAsync($"{Log}?learner=*", $"select id from users where email = '{_learner}'", "of the busiest learner"),
            await PageAsync(
                $"{Log}?learner=*", $"select id || '&status=failed' from users where email = '{_learner}'", "of what failed for the busiest learner"),
            await PageAsync($"{Log}?event=*", "select 'evt_' || replace(event_id::text, '-', '') from attempts"),
            await PageAsync($"{Log}?before=*", "select replace(delivery_id::text, '-', '') from attempts", "of an older page of the log"),
            await PageAsync($"{Log}/*", $"{deliveries} = 'delivered'"),
            await PageAsync($"{Log}/*", $"{deliveries} = 'failed'", "of a delivery that failed"),
        ];
    }

    public static IReadOnlyList<MeasuredPage> OfOperator { get; } =
        [Page("/institutions"), Page("/manage"), Page("/manage/users"), Page("/webhooks"), Page(Log), Page("/webhooks/audit")];

    private static MeasuredPage Page(string path) => new(path, [path]);

    private static string Span(int days)
    {
        var from = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-days);
        return string.Create(CultureInfo.InvariantCulture, $"{Log}?from={from:yyyy-MM-dd}T08:00&to={from.AddDays(1):yyyy-MM-dd}T08:00");
    }

    /// <param name="pattern">The address, with * for what the statement gives.</param>
    /// <param name="sql">One column, any number of rows; some of them are opened.</param>
    private async Task<MeasuredPage> PageAsync(string pattern, string sql, string? what = null)
    {
        await using var command = _database.CreateCommand($"select v::text from ({sql}) s (v) limit {Samples}");
        await using var reader = await command.ExecuteReaderAsync();
        var paths = new List<string>();
        while (await reader.ReadAsync())
            paths.Add(pattern.Replace("*", reader.GetString(0), StringComparison.Ordinal));
        return new MeasuredPage(what is null ? pattern : $"{pattern}, {what}", paths);
    }
}
