using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Progress;
using Sineta.Server.Api.Description;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Contents: texts, media, live lessons, and quizzes with their questions.</summary>
public static class ContentsApi
{
    private const string Json = "application/json";

    private const string Completes =
        "Where learners would now have completed the course, the answer is 409 with their number, and the change is made when that number "
        + "is confirmed.";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("").WithTags("Contents").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("/contents/{id}", FindAsync).WithName("getContent").WithSummary("Get a content, a quiz with its questions")
            .WithDescription("The right answers are shown to keys with the scope learning:manage, and left out for others.");

        var managing = v1.MapGroup("").WithTags("Contents").Requires(Scopes.LearningManage);
        managing.MapPost("/lessons/{id}/contents", CreateAsync).Accepts<ContentDraft>(Json)
            .WithName("createContent").WithSummary("Make a content in a lesson")
            .WithDescription("Who has completed the course has completed it; the progress of the others counts it, where it is published "
                + "and required.");
        managing.MapPatch("/contents/{id}", UpdateAsync).Accepts<ContentDraft>(Json)
            .TakesQuery(ConfirmedCompletions.Name, "How many learners may complete the course by this change.")
            .WithName("updateContent").WithSummary("Change a content, move it, publish it")
            .WithDescription("What is not given stays; questions are given whole, those that stay with their ids. Another position moves "
                + "it, and the others make room; another lesson_id moves it to that lesson of its course, to the position that it has. "
                + Completes);
        managing.MapDelete("/contents/{id}", RemoveAsync)
            .TakesQuery(ConfirmedCompletions.Name, "How many learners may complete the course by this change.")
            .WithName("deleteContent").WithSummary("Remove a content")
            .WithDescription($"What was completed of it stays on record. {Completes}");
    }

    private static async Task<Results<Ok<ContentBody>, ProblemResult>> FindAsync(
        string id, Caller caller, ContentStore contents, QuestionStore questions, CancellationToken cancellationToken) =>
        await contents.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is { } content
            ? TypedResults.Ok(await ShowAsync(caller, content, questions, cancellationToken))
            : ProblemTypes.NotFound.With("There is no such content.");

    private static async Task<Results<Created<ContentBody>, ProblemResult>> CreateAsync(
        string id, Caller caller, JsonBody body, ContentStore contents, QuestionStore questions, CancellationToken cancellationToken)
    {
        if (!body.TryRead<ContentDraft>(d => ContentRules.Check(d).Faults, out var draft, out var refusal))
            return refusal;
        var change = await contents.CreateAsync(caller.Institution, IdOf(id), draft, cancellationToken);
        return change is Change<Content>.Made(var made)
            ? TypedResults.Created($"/v1/contents/{made.Id}", await ShowAsync(caller, made, questions, cancellationToken))
            : change.AsProblem();
    }

    private static async Task<Results<Ok<ContentBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, HttpRequest http, CourseEditing editing, QuestionStore questions,
        CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<ContentDraft>(d => ContentRules.Check(d).Faults, out _, out var refusal)
            || !IsClear(http, out var confirmed, out refusal))
            return refusal;
        var change = await editing.UpdateContentAsync(caller.Institution, IdOf(id), body.Over, confirmed, cancellationToken);
        return change is Change<Content>.Made(var made)
            ? TypedResults.Ok(await ShowAsync(caller, made, questions, cancellationToken)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> RemoveAsync(
        string id, Caller caller, HttpRequest http, CourseEditing editing, CancellationToken cancellationToken)
    {
        if (!IsClear(http, out var confirmed, out var refusal))
            return refusal;
        var change = await editing.RemoveContentAsync(caller.Institution, IdOf(id), confirmed, cancellationToken);
        return change is Change<Content>.Made ? TypedResults.NoContent() : change.AsProblem();
    }

    private static bool IsClear(HttpRequest http, out int? confirmed, [NotNullWhen(false)] out ProblemResult? refusal)
    {
        var query = new QueryReader(http.Query);
        confirmed = ConfirmedCompletions.Of(query);
        refusal = query.Refusal();
        return refusal is null;
    }

    private static async Task<ContentBody> ShowAsync(
        Caller caller, Content content, QuestionStore questions, CancellationToken cancellationToken) =>
        ContentBody.Of(
            content,
            content.Kind is ContentKind.Quiz ? await questions.ListAsync(caller.InstitutionId, content.Id, cancellationToken) : [],
            caller);
}
