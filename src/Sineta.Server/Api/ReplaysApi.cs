using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>Replays: what happened, sent to an endpoint again or for the first time.</summary>
public static class ReplaysApi
{
    private const string List = "replays";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/replays").WithTags("Replays").Requires(Scopes.WebhooksManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage().WithName("listReplays").WithSummary("List replays").WithDescription("The newest first.");
        reading.MapGet("/{id}", FindAsync).WithName("getReplay").WithSummary("Get a replay, with its progress");

        var managing = v1.MapGroup("/replays").WithTags("Replays").Requires(Scopes.WebhooksManage);
        managing.MapPost("", CreateAsync).Accepts<ReplayDraft>("application/json").WithName("startReplay")
            .WithSummary("Send events to an endpoint again")
            .WithDescription("What was accepted until now goes out in order, at the pace asked for, under its own event ids, so that a "
                + "receiver knows what it had. Without a status also what never went there: that fills a new endpoint. "
                + "With dry_run, 200 and the count.");
        managing.MapPost("/{id}/cancel", CancelAsync).WithName("cancelReplay").WithSummary("Cancel a replay")
            .WithDescription("What is in flight ends; what still waits is withdrawn. One that has ended stays as it is.");
    }

    private static async Task<Results<Created<ReplayBody>, Ok<ReplayTotalBody>, ProblemResult>> CreateAsync(
        Caller caller, JsonBody body, ReplayRules rules, ReplayStore store, CancellationToken cancellationToken)
    {
        if (!body.TryRead<ReplayDraft>(d => rules.Check(caller.Institution, d).Faults, out var draft, out var refusal))
            return refusal;
        var (filter, faults) = rules.Check(caller.Institution, draft);
        if (faults.Count > 0)
            return ProblemTypes.InvalidBody.With("The replay cannot be so.", faults);
        if (draft.DryRun)
            return TypedResults.Ok(new ReplayTotalBody(await store.CountAsync(caller.InstitutionId, filter, cancellationToken)));
        var made = ReplayBody.Of(await store.StartAsync(caller.InstitutionId, filter, draft.Pace, cancellationToken));
        return TypedResults.Created($"/v1/replays/{made.Id}", made);
    }

    private static async Task<Results<Ok<Page<ReplayBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest request, ReplayStore store, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var (limit, before) = (query.Limit(), query.Cursor<Guid>(List));
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await store.ListAsync(caller.InstitutionId, before, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, List, r => r.Id.ToString("N"), ReplayBody.Of));
    }

    private static async Task<Results<Ok<ReplayBody>, ProblemResult>> FindAsync(
        string id, Caller caller, ReplayStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is { } replay
            ? TypedResults.Ok(ReplayBody.Of(replay)) : Unknown();

    private static async Task<Results<Ok<ReplayBody>, ProblemResult>> CancelAsync(
        string id, Caller caller, ReplayStore store, CancellationToken cancellationToken)
    {
        await store.CancelAsync(caller.InstitutionId, IdOf(id), cancellationToken);
        return await FindAsync(id, caller, store, cancellationToken);
    }

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such replay.");

    /// <summary>What is no id is the id of nothing.</summary>
    private static Guid IdOf(string id) => PublicId.TryParse(PublicId.Replay, id, out var parsed) ? parsed : Guid.Empty;

    /// <param name="Total">How many events would be sent.</param>
    public sealed record ReplayTotalBody(long Total);
}
