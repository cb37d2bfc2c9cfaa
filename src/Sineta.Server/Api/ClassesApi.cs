using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Classes;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>Classes of courses, and their students.</summary>
public static class ClassesApi
{
    private const string List = "classes";
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/classes").WithTags("Classes").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage().TakesQuery("course_id", "Only those of this course.")
            .WithName("listClasses").WithSummary("List classes");
        reading.MapGet("/{id}", FindAsync).WithName("getClass").WithSummary("Get a class");
        reading.MapGet("/{id}/students", ListStudentsAsync).TakesPage()
            .WithName("listClassStudents").WithSummary("List a class's students, with their enrolments' states");

        var managing = v1.MapGroup("/classes").WithTags("Classes").Requires(Scopes.LearningManage);
        managing.MapPost("", CreateAsync).Accepts<ClassDraft>(Json).WithName("createClass").WithSummary("Make a class")
            .WithDescription("Of a published course, with its first day and, where it has one, its last.");
        managing.MapPatch("/{id}", UpdateAsync).Accepts<ClassDraft>(Json).WithName("updateClass").WithSummary("Change a class")
            .WithDescription("What is not given stays. Where its days change, the enrolments that it made and that have its days get the "
                + "new ones, without an event; whoever may study for longer keeps that, and whoever may for less gets as long as the "
                + "class.");
        managing.MapDelete("/{id}", DeleteAsync).WithName("deleteClass").WithSummary("Delete a class without students");
        managing.MapPost("/{id}/students", InviteAsync).Accepts<InviteRequest>(Json)
            .WithName("inviteClassStudents").WithSummary("Invite students to a class")
            .WithDescription("At most 1,000, all of them or none. Each is enrolled at once, with an event, and may study from the class's "
                + "first day. Whoever is enrolled already joins the class, and may study for the longer of the two times, without an "
                + "event.");
        managing.MapDelete("/{id}/students/{user_id}", RemoveStudentAsync)
            .WithName("removeClassStudent").WithSummary("Take a student out of a class")
            .WithDescription("The enrolment stays.");
    }

    private static async Task<Results<Ok<Page<ClassBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, ClassStore store, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var (list, limit) = (query.NameList(List, "course_id"), query.Limit());
        var (after, courseId) = (query.Cursor<long>(list) ?? 0, query.Number("course_id"));
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await store.ListAsync(caller.InstitutionId, courseId, after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, list, c => Cursor.Position(c.Id), ClassBody.Of));
    }

    private static async Task<Results<Ok<ClassBody>, ProblemResult>> FindAsync(
        string id, Caller caller, ClassStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(caller.InstitutionId, ChangeAnswers.IdOf(id), cancellationToken) is { } found
            ? TypedResults.Ok(ClassBody.Of(found)) : Unknown();

    private static async Task<Results<Ok<Page<StudentBody>>, ProblemResult>> ListStudentsAsync(
        string id, Caller caller, HttpRequest http, ClassStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(caller.InstitutionId, ChangeAnswers.IdOf(id), cancellationToken) is not { } found)
            return Unknown();
        var (query, list) = (new QueryReader(http.Query), $"classes/{found.Id}/students");
        var (limit, after) = (query.Limit(), query.Cursor<long>(list) ?? 0);
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await store.StudentsAsync(caller.InstitutionId, found.Id, Today(caller, time), after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, list, s => Cursor.Position(s.UserId), StudentBody.Of));
    }

    private static async Task<Results<Created<ClassBody>, ProblemResult>> CreateAsync(
        Caller caller, JsonBody body, ClassEditing editing, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!body.TryRead<ClassDraft>(
                d => ClassRules.Check(d, course: true, present: null, Today(caller, time)), out var draft, out var refusal))
            return refusal;
        var change = await editing.CreateAsync(caller.Institution, draft, cancellationToken);
        return change is Change<CourseClass>.Made(var made)
            ? TypedResults.Created($"/v1/classes/{made.Id}", ClassBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<Ok<ClassBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, ClassEditing editing, CancellationToken cancellationToken)
    {
        // Without a day of today: a class that is over keeps its last day.
        if (!body.TryReadPatch<ClassDraft>(
                d => ClassRules.Check(d, course: true, present: null, today: DateOnly.MinValue), out var patch, out var refusal))
            return refusal;
        var change = await editing.UpdateAsync(
            caller.Institution, ChangeAnswers.IdOf(id), present => Merge(present, patch, body), cancellationToken);
        return change is Change<CourseClass>.Made(var made) ? TypedResults.Ok(ClassBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, Caller caller, ClassEditing editing, CancellationToken cancellationToken)
    {
        var change = await editing.DeleteAsync(caller.Institution, ChangeAnswers.IdOf(id), cancellationToken);
        return change is Change<CourseClass>.Made ? TypedResults.NoContent() : change.AsProblem();
    }

    private static async Task<Results<Ok<InvitedBody>, ProblemResult>> InviteAsync(
        string id, Caller caller, JsonBody body, InviteStudents invite, CancellationToken cancellationToken)
    {
        if (!body.TryRead<InviteRequest>(r => ClassRules.FaultsOf(r.UserIds ?? []), out var request, out var refusal))
            return refusal;
        var change = await invite.RunAsync(caller.Institution, ChangeAnswers.IdOf(id), request.UserIds ?? [], cancellationToken);
        return change is Change<IReadOnlyList<InvitedStudent>>.Made(var made)
            ? TypedResults.Ok(new InvitedBody([.. made.Select(s => new InvitedStudentBody(s.UserId, s.EnrollmentId, s.IsNew))]))
            : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> RemoveStudentAsync(
        string id, [FromRoute(Name = "user_id")] string userId, Caller caller, ClassEditing editing, CancellationToken cancellationToken)
    {
        var change = await editing.RemoveStudentAsync(
            caller.Institution, ChangeAnswers.IdOf(id), ChangeAnswers.IdOf(userId), cancellationToken);
        return change is Change<CourseClass>.Made ? TypedResults.NoContent() : change.AsProblem();
    }

    private static ClassDraft Merge(ClassDraft present, ClassDraft patch, JsonBody body) => new()
    {
        CourseId = body.Gives("course_id") ? patch.CourseId : present.CourseId,
        Name = body.Gives("name") ? patch.Name : present.Name,
        StartsOn = body.Gives("starts_on") ? patch.StartsOn : present.StartsOn,
        EndsOn = body.Gives("ends_on") ? patch.EndsOn : present.EndsOn,
    };

    private static DateOnly Today(Caller caller, TimeProvider time) =>
        DateOnly.FromDateTime(caller.Institution.Clock.ToLocal(time.GetUtcNow()));

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such class.");

    /// <param name="UserIds">1 to 1,000 users, each once.</param>
    public sealed record InviteRequest([property: Required] IReadOnlyList<long>? UserIds = null);
}
