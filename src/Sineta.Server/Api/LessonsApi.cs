using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Progress;
using Sineta.Server.Api.Description;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Lessons: the parts of a course.</summary>
public static class LessonsApi
{
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("").WithTags("Lessons").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("/lessons/{id}", FindAsync).WithName("getLesson").WithSummary("Get a lesson")
            .WithDescription("Its contents are in its course, GET /v1/courses/{id}.");

        var managing = v1.MapGroup("").WithTags("Lessons").Requires(Scopes.LearningManage);
        managing.MapPost("/courses/{id}/lessons", CreateAsync).Accepts<LessonDraft>(Json)
            .WithName("createLesson").WithSummary("Make a lesson in a course");
        managing.MapPatch("/lessons/{id}", UpdateAsync).Accepts<LessonDraft>(Json)
            .WithName("updateLesson").WithSummary("Change a lesson, or move it")
            .WithDescription("What is not given stays. Another position moves it, and the others make room.");
        managing.MapDelete("/lessons/{id}", RemoveAsync)
            .TakesQuery(ConfirmedCompletions.Name, "How many learners may complete the course by this change.")
            .WithName("deleteLesson").WithSummary("Remove a lesson, with its contents")
            .WithDescription("What was completed of it stays on record. Where learners would now have completed the course, the answer is "
                + "409 with their number, and the change is made when that number is confirmed.");
    }

    private static async Task<Results<Ok<LessonBody>, ProblemResult>> FindAsync(
        string id, Caller caller, LessonStore lessons, CancellationToken cancellationToken) =>
        await lessons.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is { } lesson
            ? TypedResults.Ok(LessonBody.Of(lesson)) : ProblemTypes.NotFound.With("There is no such lesson.");

    private static async Task<Results<Created<LessonBody>, ProblemResult>> CreateAsync(
        string id, Caller caller, JsonBody body, LessonStore lessons, CancellationToken cancellationToken)
    {
        if (!body.TryRead<LessonDraft>(LessonRules.FaultsOf, out var draft, out var refusal))
            return refusal;
        var change = await lessons.CreateAsync(caller.Institution, IdOf(id), draft, cancellationToken);
        return change is Change<Lesson>.Made(var made)
            ? TypedResults.Created($"/v1/lessons/{made.Id}", LessonBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<Ok<LessonBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, LessonStore lessons, CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<LessonDraft>(LessonRules.FaultsOf, out _, out var refusal))
            return refusal;
        var change = await lessons.UpdateAsync(caller.Institution, IdOf(id), body.Over, cancellationToken);
        return change is Change<Lesson>.Made(var made) ? TypedResults.Ok(LessonBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> RemoveAsync(
        string id, Caller caller, HttpRequest http, CourseEditing editing, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var confirmed = ConfirmedCompletions.Of(query);
        if (query.Refusal() is { } refusal)
            return refusal;
        var change = await editing.RemoveLessonAsync(caller.Institution, IdOf(id), confirmed, cancellationToken);
        return change is Change<Lesson>.Made ? TypedResults.NoContent() : change.AsProblem();
    }
}
