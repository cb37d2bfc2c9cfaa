using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Completions: what learners did with contents, under their enrolments.</summary>
public static class CompletionsApi
{
    private const string Json = "application/json";
    private const string One = "/{content_id}";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/enrollments/{id}/completions").WithTags("Enrollments").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).WithName("listCompletions").WithSummary("List what was begun and completed under an enrolment");

        var managing = v1.MapGroup("/enrollments/{id}/completions").WithTags("Enrollments").Requires(Scopes.LearningManage);
        managing.MapPost("", CompleteAsync).Accepts<CompletionDraft>(Json).WithName("completeContent").WithSummary("Complete a content")
            .WithDescription("Answers 201 and sends activities.content.completed; where it completes the course, and with it trails, "
                + "their events too. Completed again it answers 200, and nothing is sent: of a quiz's attempts the best counts.");
        managing.MapPut(One, StartAsync).Accepts<StartDraft>(Json)
            .WithName("beginContent").WithSummary("Begin a content, or note the position in a medium")
            .WithDescription("Nothing is sent.");
        managing.MapDelete(One, ResetAsync).WithName("resetCompletion").WithSummary("Reset a completion")
            .WithDescription("The content can be completed anew, which is not sent again, and a quiz submitted as often as it may be. "
                + "Attempts and the best score stay on record.");
    }

    private static async Task<Results<Ok<CompletionsBody>, ProblemResult>> ListAsync(
        string id, Caller caller, EnrollmentStore enrollments, CompletionStore completions, CancellationToken cancellationToken)
    {
        if (await enrollments.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is not { } enrollment)
            return EnrollmentsApi.Unknown(id);
        var rows = await completions.ListAsync(caller.InstitutionId, enrollment.Id, cancellationToken);
        return TypedResults.Ok(new CompletionsBody([.. rows.Select(CompletionBody.Of)]));
    }

    private static async Task<Results<Created<CompletionResultBody>, Ok<CompletionResultBody>, ProblemResult>> CompleteAsync(
        string id, Caller caller, JsonBody body, CompleteContent complete, EnrollmentStore enrollments, CancellationToken cancellationToken)
    {
        if (!body.TryRead<CompletionDraft>(d => d.Faults(), out var draft, out var refusal))
            return refusal;
        if (draft.Faults() is { Count: > 0 } faults
            && await enrollments.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is not null)
            return new Change<CompletionResult>.Refused(faults).AsProblem();
        var change = await complete.RunAsync(caller.Institution, draft.Of(IdOf(id)), cancellationToken);
        if (change is not Change<CompletionResult>.Made(var made))
            return change.AsProblem();
        return made.IsNew
            ? TypedResults.Created($"/v1/enrollments/{id}/completions", CompletionResultBody.Of(made))
            : TypedResults.Ok(CompletionResultBody.Of(made));
    }

    private static async Task<Results<Ok<CompletionBody>, ProblemResult>> StartAsync(
        string id, [FromRoute(Name = "content_id")] string contentId, Caller caller, JsonBody body, StartContent start,
        CancellationToken cancellationToken)
    {
        if (!body.TryRead<StartDraft>(out var draft, out var refusal))
            return refusal;
        var change = await start.RunAsync(
            caller.Institution, IdOf(id), IdOf(contentId), learnerId: null, draft.MediaPosition, cancellationToken);
        return change is Change<Completion>.Made(var made) ? TypedResults.Ok(CompletionBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> ResetAsync(
        string id, [FromRoute(Name = "content_id")] string contentId, Caller caller, ResetCompletion reset,
        CancellationToken cancellationToken)
    {
        var change = await reset.RunAsync(caller.Institution, IdOf(id), IdOf(contentId), cancellationToken);
        return change is Change<Completion>.Made ? TypedResults.NoContent() : change.AsProblem();
    }
}
