using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.People;
using Sineta.Server.Api.Description;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Schools: what courses belong to.</summary>
public static class SchoolsApi
{
    private const string List = "schools";
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/schools").WithTags("Schools").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage().WithName("listSchools").WithSummary("List schools");
        reading.MapGet("/{id}", FindAsync).WithName("getSchool").WithSummary("Get a school, with its managers");

        var managing = v1.MapGroup("/schools").WithTags("Schools").Requires(Scopes.LearningManage);
        managing.MapPost("", CreateAsync).Accepts<SchoolDraft>(Json).WithName("createSchool").WithSummary("Make a school");
        managing.MapPatch("/{id}", UpdateAsync).Accepts<SchoolDraft>(Json).WithName("updateSchool").WithSummary("Change a school")
            .WithDescription("What is not given stays; manager_ids are given whole. Certificates keep the managers of their issue.");
    }

    private static async Task<Results<Ok<Page<SchoolBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, SchoolStore schools, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var (limit, after) = (query.Limit(), query.Cursor<long>(List) ?? 0);
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await schools.ListAsync(caller.InstitutionId, after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, List, s => Cursor.Position(s.Id), SchoolBody.Of));
    }

    private static async Task<Results<Ok<SchoolBody>, ProblemResult>> FindAsync(
        string id, Caller caller, SchoolStore schools, CancellationToken cancellationToken) =>
        await schools.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is { } school
            ? TypedResults.Ok(SchoolBody.Of(school)) : ProblemTypes.NotFound.With("There is no such school.");

    private static async Task<Results<Created<SchoolBody>, ProblemResult>> CreateAsync(
        Caller caller, JsonBody body, SchoolStore schools, CancellationToken cancellationToken)
    {
        if (!body.TryRead<SchoolDraft>(SchoolRules.FaultsOf, out var draft, out var refusal))
            return refusal;
        var change = await schools.CreateAsync(caller.Institution, draft, cancellationToken);
        return change is Change<School>.Made(var made)
            ? TypedResults.Created($"/v1/schools/{made.Id}", SchoolBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<Ok<SchoolBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, SchoolStore schools, CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<SchoolDraft>(SchoolRules.FaultsOf, out _, out var refusal))
            return refusal;
        var change = await schools.UpdateAsync(caller.Institution, IdOf(id), body.Over, cancellationToken);
        return change is Change<School>.Made(var made) ? TypedResults.Ok(SchoolBody.Of(made)) : change.AsProblem();
    }
}

/// <summary>A school as the API shows it.</summary>
/// <param name="Managers">By their names.</param>
public sealed record SchoolBody(long Id, string Name, IReadOnlyList<SchoolManagerName> Managers, DateTimeOffset CreatedAt)
{
    internal static SchoolBody Of(School school) => new(school.Id, school.Name, school.Managers, school.CreatedAt);
}
