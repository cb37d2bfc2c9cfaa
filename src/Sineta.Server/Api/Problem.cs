using System.Globalization;
using System.Text.Json.Serialization;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>An error as every client gets it: <c>application/problem+json</c>, RFC 9457.</summary>
/// <param name="Type">Which kind of problem, <c>/problems/…</c>: for programs, and a page for people.</param>
/// <param name="Title">The kind in a few words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong this time.</param>
/// <param name="Errors">Every fault of what was sent, each with its JSON pointer (<c>?name</c> for a query parameter).</param>
/// <param name="Completions">For how many learners something would be completed: what <c>?confirm_completions=</c> has to confirm.</param>
public sealed record Problem(
    string Type, string Title, int Status, string Detail, IReadOnlyList<Fault>? Errors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Completions = null);

/// <summary>A kind of problem. Its page tells what it means and what to do.</summary>
public sealed record ProblemType(string Slug, int Status, string Title, string Meaning)
{
    public string Uri { get; } = $"/problems/{Slug}";

    public ProblemResult With(string detail, IReadOnlyList<Fault>? errors = null) => new(new Problem(Uri, Title, Status, detail, errors));

    public ProblemResult With(int completions, string detail) => new(new Problem(Uri, Title, Status, detail, Completions: completions));

    public ProblemResult With(TimeSpan retryAfter, string detail) => new(new Problem(Uri, Title, Status, detail), retryAfter);
}

/// <summary>Answers with a problem.</summary>
/// <param name="retryAfter">When the same request may succeed.</param>
public sealed class ProblemResult(Problem problem, TimeSpan? retryAfter = null) : IResult, IStatusCodeHttpResult
{
    private const string MediaType = "application/problem+json";

    public Problem Problem => problem;

    public int? StatusCode => problem.Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } pause)
            response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return response.WriteAsJsonAsync(problem, ApiJson.Plain.Problem, MediaType, httpContext.RequestAborted);
    }
}
