using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>Replays and backfills: what happened, sent to an endpoint again or for the first time.</summary>
internal static class ReplayPages
{
    private const int PageSize = 25;

    public static void Map(RouteGroupBuilder replays)
    {
        replays.MapGet("", ListAsync);
        replays.MapGet("/new", ShowNew);
        replays.MapPost("", PreviewOrStartAsync);
        replays.MapGet("/{id}", ShowAsync);
        replays.MapGet("/{id}/progress", ShowProgressAsync);
        replays.MapPost("/{id}/cancel", CancelAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(
        string? before, Viewer viewer, Configuration configuration, ReplayStore store, CancellationToken cancellationToken)
    {
        var from = Guid.TryParseExact(before, "N", out var position) ? position : (Guid?)null;
        var rows = await store.ListAsync(viewer.InstitutionId, from, PageSize + 1, cancellationToken);
        var next = rows.Count > PageSize ? rows[PageSize - 1].Id.ToString("N") : null;
        return ReplaysPage.Of(new([.. rows.Take(PageSize).Select(r => RowOf(r, viewer, configuration))], next, IsFirst: from is null));
    }

    private static RazorComponentResult ShowNew(string? endpoint, Viewer viewer, Configuration configuration) =>
        NewReplayPage.Of(new(Form.Of(("endpoint_id", endpoint), ("pace", "100")), EndpointsOf(viewer, configuration), Total: null));

    /// <summary>Counts first, and starts only by the button that comes with the count.</summary>
    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> PreviewOrStartAsync(
        Form form, Viewer viewer, Configuration configuration, ReplayRules rules, ReplayStore store, CancellationToken cancellationToken)
    {
        var draft = Read(form);
        var (filter, faults) = rules.Check(viewer.Institution!, draft);
        form.Refuse(faults);
        if (form.HasFaults)
        {
            return NewReplayPage.Of(
                new(form, EndpointsOf(viewer, configuration), Total: null), StatusCodes.Status422UnprocessableEntity);
        }

        if (form.Text("action") != "start")
        {
            var total = await store.CountAsync(viewer.InstitutionId, filter, cancellationToken);
            return NewReplayPage.Of(new(form, EndpointsOf(viewer, configuration), total));
        }

        var replay = await store.StartAsync(viewer.InstitutionId, filter, draft.Pace, cancellationToken);
        return TypedResults.LocalRedirect($"/webhooks/replays/{PublicId.Format(PublicId.Replay, replay.Id)}");
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        string id, Viewer viewer, Configuration configuration, ReplayStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(viewer.InstitutionId, IdOf(id), cancellationToken) is { } replay
            ? ReplayPage.Of(RowOf(replay, viewer, configuration)) : TypedResults.NotFound();

    private static async Task<Results<RazorComponentResult, NotFound>> ShowProgressAsync(
        string id, Viewer viewer, Configuration configuration, ReplayStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(viewer.InstitutionId, IdOf(id), cancellationToken) is { } replay
            ? ReplayProgress.Of(RowOf(replay, viewer, configuration)) : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, NotFound>> CancelAsync(
        string id, Viewer viewer, HttpContext context, ReplayStore store, Notices notices, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(viewer.InstitutionId, IdOf(id), cancellationToken) is null)
            return TypedResults.NotFound();
        var cancelled = await store.CancelAsync(viewer.InstitutionId, IdOf(id), cancellationToken);
        notices.Leave(context, cancelled
            ? new Notice(WebhookTexts.ReplayWasCancelled) : new Notice(WebhookTexts.ReplayHadEnded, Notice.Warning));
        return TypedResults.LocalRedirect($"/webhooks/replays/{id}");
    }

    private static ReplayDraft Read(Form form) => new()
    {
        EndpointId = form.TextOrNull("endpoint_id"),
        Types = form.All("types") is { Count: > 0 } types ? types : null,
        Status = form.TextOrNull("status"),
        From = LocalTime(form, "from"),
        To = LocalTime(form, "to"),
        Pace = form.Number("pace") ?? new ReplayDraft().Pace,
    };

    /// <summary>As the rules read local times, from what a browser's field sends.</summary>
    private static string? LocalTime(Form form, string field) => form.TextOrNull(field) is { } text
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, out var local)
        ? local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : form.TextOrNull(field);

    private static ReplayRow RowOf(Replay replay, Viewer viewer, Configuration configuration) =>
        new(replay, configuration.FindEndpoint(viewer.InstitutionId, replay.Filter.EndpointId));

    private static IReadOnlyList<Delivery.Endpoints.Endpoint> EndpointsOf(Viewer viewer, Configuration configuration) =>
        [.. configuration.EndpointsOf(viewer.InstitutionId).OrderBy(static e => e.Id)];

    private static Guid IdOf(string id) => PublicId.TryParse(PublicId.Replay, id, out var parsed) ? parsed : Guid.Empty;
}

/// <param name="Next">Before which the next page begins; null on the last.</param>
public sealed record ReplaysModel(IReadOnlyList<ReplayRow> Replays, string? Next, bool IsFirst);

/// <param name="Endpoint">Null where it was deleted.</param>
public sealed record ReplayRow(Replay Replay, Delivery.Endpoints.Endpoint? Endpoint);

/// <param name="Total">How many events would be sent; null where that was not asked yet.</param>
public sealed record NewReplayModel(Form Form, IReadOnlyList<Delivery.Endpoints.Endpoint> Endpoints, long? Total);
