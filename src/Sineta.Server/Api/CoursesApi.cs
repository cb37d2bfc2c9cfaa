using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Server.Api.Description;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Courses: the catalog.</summary>
public static class CoursesApi
{
    private const string List = "courses";
    private const string Json = "application/json";
    private const int MaxSearch = 255;

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/courses").WithTags("Courses").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage()
            .TakesQuery("status", "draft, published or archived.").TakesQuery("school_id", "A school's courses.", JsonSchemaType.Integer)
            .TakesQuery("search", "Words of the name or of the description.")
            .WithName("listCourses").WithSummary("List courses").WithDescription("By name.");
        reading.MapGet("/{id}", FindAsync).WithName("getCourse").WithSummary("Get a course, with its lessons and contents in order");

        var managing = v1.MapGroup("/courses").WithTags("Courses").Requires(Scopes.LearningManage);
        managing.MapPost("", CreateAsync).Accepts<CourseDraft>(Json)
            .WithName("createCourse").WithSummary("Make a course").WithDescription("It is a draft.");
        managing.MapPatch("/{id}", UpdateAsync).Accepts<CourseDraft>(Json)
            .WithName("updateCourse").WithSummary("Change a course, publish or archive it")
            .WithDescription("What is not given stays. To be published it needs a published, required content. An archived course is not "
                + "begun any more, and can be published again.");
        managing.MapDelete("/{id}", DeleteAsync).WithName("deleteCourse").WithSummary("Delete a draft")
            .WithDescription("As long as nobody was enrolled in it, and no class and no trail has it.");
    }

    private static async Task<Results<Ok<Page<ListedCourseBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, CourseCatalog catalog, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var list = query.NameList(List, "status", "school_id", "search");
        var status = query.OneOf("status", Words.All<CourseStatus>()) is { } word ? Words.Parse<CourseStatus>(word) : (CourseStatus?)null;
        var filter = new CourseFilter(status, query.Number("school_id"), query.Term("search", MaxSearch));
        var (limit, after) = (query.Limit(), query.Cursor<NamePosition>(list));
        if (query.Refusal() is { } refusal)
            return refusal;
        var from = after is { } position ? (position.Name, position.Id) : ((string, long)?)null;
        var rows = await catalog.ListAsync(caller.InstitutionId, filter, from, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(
            rows, limit, list, c => new NamePosition(c.Course.Name, c.Course.Id).ToString(), ListedCourseBody.Of));
    }

    private static async Task<Results<Ok<OutlinedCourseBody>, ProblemResult>> FindAsync(
        string id, Caller caller, CourseCatalog catalog, CancellationToken cancellationToken) =>
        await catalog.OutlineAsync(caller.InstitutionId, IdOf(id), cancellationToken) is { } outline
            ? TypedResults.Ok(OutlinedCourseBody.Of(outline)) : ProblemTypes.NotFound.With("There is no such course.");

    private static async Task<Results<Created<CourseBody>, ProblemResult>> CreateAsync(
        Caller caller, JsonBody body, CourseStore courses, CancellationToken cancellationToken)
    {
        if (!body.TryRead<CourseDraft>(d => CourseRules.Check(d).Faults, out var draft, out var refusal))
            return refusal;
        var change = await courses.CreateAsync(caller.Institution, draft, cancellationToken);
        return change is Change<Course>.Made(var made)
            ? TypedResults.Created($"/v1/courses/{made.Id}", CourseBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<Ok<CourseBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, CourseStore courses, CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<CourseDraft>(d => CourseRules.Check(d).Faults, out _, out var refusal))
            return refusal;
        var change = await courses.UpdateAsync(caller.Institution, IdOf(id), body.Over, cancellationToken);
        return change is Change<Course>.Made(var made) ? TypedResults.Ok(CourseBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, Caller caller, CourseStore courses, CancellationToken cancellationToken)
    {
        var change = await courses.DeleteAsync(caller.Institution, IdOf(id), cancellationToken);
        return change is Change<Course>.Made ? TypedResults.NoContent() : change.AsProblem();
    }
}
