using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Trails;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>Trails, and who joined them.</summary>
public static class TrailsApi
{
    private const string List = "trails";
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/trails").WithTags("Trails").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage().TakesQuery("status", "Only those of this state: draft, published or archived.")
            .WithName("listTrails").WithSummary("List trails");
        reading.MapGet("/{id}", FindAsync).WithName("getTrail").WithSummary("Get a trail");
        reading.MapGet("/{id}/participants", ListParticipantsAsync).TakesPage()
            .WithName("listTrailParticipants").WithSummary("List who joined a trail, with their progress");

        var managing = v1.MapGroup("/trails").WithTags("Trails").Requires(Scopes.LearningManage);
        managing.MapPost("", CreateAsync).Accepts<TrailDraft>(Json).WithName("createTrail").WithSummary("Make a trail")
            .WithDescription("Of courses and contents that stand alone, at most 200, each once. Published, all of them must be.");
        managing.MapPatch("/{id}", UpdateAsync).Accepts<TrailDraft>(Json)
            .TakesQuery(ConfirmedCompletions.Name, "How many learners may finish the trail by this change.")
            .WithName("updateTrail").WithSummary("Change a trail")
            .WithDescription("What is not given stays; items are given all together. Who finished the trail stays finished. Where learners "
                + "would now finish it, the answer is 409 with their number, and the change is made when that number is confirmed.");
        managing.MapDelete("/{id}", DeleteAsync)
            .WithName("deleteTrail").WithSummary("Delete a draft").WithDescription("What was published is archived instead.");
        managing.MapPost("/{id}/participants", JoinAsync).Accepts<ParticipantRequest>(Json)
            .WithName("joinTrail").WithSummary("Let a learner join a trail")
            .WithDescription("It finishes at once where all that it requires was completed before. Who joined before stays as they are.");
    }

    private static async Task<Results<Ok<Page<TrailBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, TrailStore store, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var (list, limit) = (query.NameList(List, "status"), query.Limit());
        var (after, status) = (query.Cursor<long>(list) ?? 0, query.OneOf("status", Words.All<TrailStatus>()));
        if (query.Refusal() is { } refusal)
            return refusal;
        TrailStatus? only = status is null ? null : Words.Parse<TrailStatus>(status);
        var rows = await store.ListAsync(caller.InstitutionId, only, after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, list, t => Cursor.Position(t.Id), TrailBody.Of));
    }

    private static async Task<Results<Ok<TrailBody>, ProblemResult>> FindAsync(
        string id, Caller caller, TrailStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(caller.InstitutionId, ChangeAnswers.IdOf(id), cancellationToken) is { } trail
            ? TypedResults.Ok(TrailBody.Of(trail)) : Unknown();

    private static async Task<Results<Ok<Page<ParticipantBody>>, ProblemResult>> ListParticipantsAsync(
        string id, Caller caller, HttpRequest http, TrailStore trails, TrailProgress progress, CancellationToken cancellationToken)
    {
        if (await trails.FindAsync(caller.InstitutionId, ChangeAnswers.IdOf(id), cancellationToken) is not { } trail)
            return Unknown();
        var (query, list) = (new QueryReader(http.Query), $"trails/{trail.Id}/participants");
        var (limit, after) = (query.Limit(), query.Cursor<long>(list) ?? 0);
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await progress.ParticipantsAsync(caller.InstitutionId, trail.Id, after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, list, p => Cursor.Position(p.UserId), ParticipantBody.Of));
    }

    private static async Task<Results<Created<TrailBody>, ProblemResult>> CreateAsync(
        Caller caller, JsonBody body, TrailEditing editing, CancellationToken cancellationToken)
    {
        if (!body.TryRead<TrailDraft>(TrailRules.FaultsOf, out var draft, out var refusal))
            return refusal;
        var change = await editing.CreateAsync(caller.Institution, draft, cancellationToken);
        return change is Change<Trail>.Made(var made)
            ? TypedResults.Created($"/v1/trails/{made.Id}", TrailBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<Ok<TrailBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, HttpRequest http, TrailEditing editing, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var confirmed = ConfirmedCompletions.Of(query);
        if (query.Refusal() is { } unclear)
            return unclear;
        if (!body.TryReadPatch<TrailDraft>(TrailRules.FaultsOf, out var patch, out var refusal))
            return refusal;
        var change = await editing.UpdateAsync(
            caller.Institution, ChangeAnswers.IdOf(id), present => Merge(present, patch, body), confirmed, cancellationToken);
        return change is Change<Trail>.Made(var made) ? TypedResults.Ok(TrailBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, Caller caller, TrailEditing editing, CancellationToken cancellationToken)
    {
        var change = await editing.DeleteAsync(caller.Institution, ChangeAnswers.IdOf(id), cancellationToken);
        return change is Change<Trail>.Made ? TypedResults.NoContent() : change.AsProblem();
    }

    private static async Task<Results<Ok<ParticipantBody>, ProblemResult>> JoinAsync(
        string id, Caller caller, JsonBody body, JoinTrail join, CancellationToken cancellationToken)
    {
        if (!body.TryRead<ParticipantRequest>(out var request, out var refusal))
            return refusal;
        var change = await join.RunAsync(caller.Institution, ChangeAnswers.IdOf(id), request.UserId ?? 0, cancellationToken);
        return change is Change<TrailParticipation>.Made(var made) ? TypedResults.Ok(ParticipantBody.Of(made)) : change.AsProblem();
    }

    private static TrailDraft Merge(TrailDraft present, TrailDraft patch, JsonBody body) => new()
    {
        Name = body.Gives("name") ? patch.Name : present.Name,
        Description = body.Gives("description") ? patch.Description : present.Description,
        Status = body.Gives("status") ? patch.Status : present.Status,
        Items = body.Gives("items") ? patch.Items : present.Items,
    };

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such trail.");

    /// <param name="UserId">The learner.</param>
    public sealed record ParticipantRequest([property: Required] long? UserId = null);
}
