using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using Sineta.Server.Api.Description;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Enrolments: who studies what, until when.</summary>
public static class EnrollmentsApi
{
    private const string List = "enrollments";
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/enrollments").WithTags("Enrollments").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage()
            .TakesQuery("user_id", "Only this user's.").TakesQuery("course_id", "Only in this course.")
            .TakesQuery("state", $"Only those that are now {string.Join(", ", Words.All<EnrollmentState>())}.")
            .WithName("listEnrollments").WithSummary("List enrolments");
        reading.MapGet("/{id}", FindAsync).WithName("getEnrollment").WithSummary("Get an enrolment, with its progress");

        var managing = v1.MapGroup("/enrollments").WithTags("Enrollments").Requires(Scopes.LearningManage);
        managing.MapPost("", EnrollAsync).Accepts<EnrollmentDraft>(Json)
            .WithName("createEnrollment").WithSummary("Enroll a user in a course")
            .WithDescription("Answers 201 and sends activities.course.enrollment. Where the user has an open enrolment in the course "
                + "already, answers 200 with that, and nothing is sent.");
        managing.MapPatch("/{id}", ChangeAsync).Accepts<EnrollmentPatch>(Json)
            .WithName("updateEnrollment").WithSummary("Renew, suspend, resume or cancel an enrolment")
            .WithDescription("Nothing is sent. What has expired or was cancelled is not renewed: enroll the user anew.");
    }

    private static async Task<Results<Ok<Page<EnrollmentBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, EnrollmentStore enrollments, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var list = query.NameList(List, "user_id", "course_id", "state");
        var (limit, after) = (query.Limit(), query.Cursor<long>(list) ?? 0);
        var state = query.OneOf("state", Words.All<EnrollmentState>());
        var filter = new EnrollmentFilter(
            query.Number("user_id"), query.Number("course_id"), state is null ? null : Words.Parse<EnrollmentState>(state));
        if (query.Refusal() is { } refusal)
            return refusal;
        var today = Today(caller, time);
        var rows = await enrollments.ListAsync(caller.InstitutionId, filter, today, after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, list, e => Cursor.Position(e.Id), e => EnrollmentBody.Of(e, today)));
    }

    private static async Task<Results<Ok<EnrollmentBody>, ProblemResult>> FindAsync(
        string id, Caller caller, EnrollmentStore enrollments, CompletionStore completions, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await enrollments.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is not { } enrollment)
            return Unknown(id);
        var required = await completions.RequiredAsync(caller.InstitutionId, enrollment.Id, enrollment.CourseId, cancellationToken);
        return TypedResults.Ok(
            EnrollmentBody.Of(enrollment, Today(caller, time)) with { Progress = required.Progress(enrollment.CompletedAt is not null) });
    }

    private static async Task<Results<Created<EnrollmentBody>, Ok<EnrollmentBody>, ProblemResult>> EnrollAsync(
        Caller caller, JsonBody body, EnsureEnrollment ensure, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!body.TryRead<EnrollmentDraft>(d => d.Faults(out _), out var draft, out var refusal))
            return refusal;
        if (draft.Faults(out var request) is { Count: > 0 } faults)
            return new Change<EnsuredEnrollment>.Refused(faults).AsProblem();
        var change = await ensure.RunAsync(caller.Institution, request, cancellationToken);
        if (change is not Change<EnsuredEnrollment>.Made(var made))
            return change.AsProblem();
        var shown = EnrollmentBody.Of(made.Enrollment, Today(caller, time));
        return made.IsNew ? TypedResults.Created($"/v1/enrollments/{shown.Id}", shown) : TypedResults.Ok(shown);
    }

    private static async Task<Results<Ok<EnrollmentBody>, ProblemResult>> ChangeAsync(
        string id, Caller caller, JsonBody body, EnrollmentLifecycle lifecycle, EnrollmentStore enrollments, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!body.TryRead<EnrollmentPatch>(p => p.Faults(), out var patch, out var refusal))
            return refusal;
        if (await enrollments.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is not { } known)
            return Unknown(id);
        if (patch.Faults() is { Count: > 0 } faults)
            return new Change<Enrollment>.Refused(faults).AsProblem();
        var change = await (patch.Action switch
        {
            "renew" => lifecycle.RenewAsync(caller.Institution, known.Id, patch.DateExpire, cancellationToken),
            "suspend" => lifecycle.SuspendAsync(caller.Institution, known.Id, cancellationToken),
            "resume" => lifecycle.ResumeAsync(caller.Institution, known.Id, cancellationToken),
            _ => lifecycle.CancelAsync(caller.Institution, known.Id, cancellationToken),
        });
        return change is Change<Enrollment>.Made(var made)
            ? TypedResults.Ok(EnrollmentBody.Of(made, Today(caller, time))) : change.AsProblem();
    }

    internal static ProblemResult Unknown(string id) => ProblemTypes.NotFound.With($"There is no enrolment {id}.");

    private static DateOnly Today(Caller caller, TimeProvider time) =>
        DateOnly.FromDateTime(caller.Institution.Clock.ToLocal(time.GetUtcNow()));
}
