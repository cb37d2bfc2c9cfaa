using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Imports;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>Imports: files of users, enrolments and completions that are read in, by and by.</summary>
public static class ImportsApi
{
    private const string List = "imports";

    private static readonly string[] RefusalColumns = ["line", "column", "reason"];
    private static readonly string[] Flags = ["true", "false"];

    private static readonly (string MediaType, ImportFormat Format)[] Formats =
        [("text/csv", ImportFormat.Csv), ("application/x-ndjson", ImportFormat.NdJson)];

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/imports").WithTags("Imports").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage().WithName("listImports").WithSummary("List imports").WithDescription("The newest first.");
        reading.MapGet("/{id}", FindAsync).WithName("getImport").WithSummary("Get an import, with its progress");
        reading.MapGet("/{id}/refusals", ListRefusalsAsync).TakesPage().TakesQuery("format", "csv for all of them as one file.")
            .WithName("listImportRefusals").WithSummary("List an import's refused rows, with every reason");

        var managing = v1.MapGroup("/imports").WithTags("Imports").Requires(Scopes.LearningManage);
        managing.MapPost("", CreateAsync).WithMetadata(new FileLimit()).WithName("startImport")
            .TakesQuery("kind", "users, enrollments or completions.")
            .TakesQuery("emit_events", "true tells what the rows bring about, under their times; false, the default, tells nothing.")
            .WithSummary("Import a file")
            .WithDescription("The body is CSV with a header, or an object on each line; at most 100,000 rows and 64 MiB. It is worked "
                + "through by and by, whatever becomes of the server: each row is done or refused, once. Users get no role that the key could "
                + "not give them one by one.")
            .AddOpenApiOperationTransformer(static (operation, _, _) =>
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = Formats.ToDictionary(static f => f.MediaType, static _ => new OpenApiMediaType()),
                };
                return Task.CompletedTask;
            });
        managing.MapPost("/{id}/cancel", CancelAsync).WithName("cancelImport").WithSummary("Cancel an import")
            .WithDescription("What was worked through stays. One that has ended stays as it is.");
    }

    private static async Task<Results<Accepted<ImportBody>, ProblemResult>> CreateAsync(
        Caller caller, HttpRequest http, ImportIntake intake, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var (kind, emits) = (query.OneOf("kind", Words.All<ImportKind>()), query.OneOf("emit_events", Flags) == "true");
        if (kind is null && query.Text("kind") is null)
            query.Refuse("kind", $"Must be given. {Words.FaultOf<ImportKind>()}");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (RequestBytes.RefusalOfEncoding(http) is { } encoded)
            return encoded;
        if (FormatOf(http) is not { } format)
        {
            var types = string.Join(" or ", Formats.Select(static f => f.MediaType));
            return ProblemTypes.UnsupportedMediaType.With($"The Content-Type must be {types}.");
        }

        var change = await intake.ReceiveAsync(
            caller.Institution, Words.Parse<ImportKind>(kind!), format, emits, caller.HighestRole, http.Body, cancellationToken);
        return change is Change<Import>.Made(var made)
            ? TypedResults.Accepted($"/v1/imports/{made.Id}", ImportBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<Ok<Page<ImportBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, ImportStore store, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var (limit, before) = (query.Limit(), query.Cursor<long>(List));
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await store.ListAsync(caller.InstitutionId, before, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, List, i => Cursor.Position(i.Id), ImportBody.Of));
    }

    private static async Task<Results<Ok<ImportBody>, ProblemResult>> FindAsync(
        string id, Caller caller, ImportStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(caller.InstitutionId, ChangeAnswers.IdOf(id), cancellationToken) is { } found
            ? TypedResults.Ok(ImportBody.Of(found)) : Unknown();

    private static async Task<Results<Ok<Page<ImportRefusalBody>>, TableExport, ProblemResult>> ListRefusalsAsync(
        string id, Caller caller, HttpRequest http, ImportStore store, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(caller.InstitutionId, ChangeAnswers.IdOf(id), cancellationToken) is not { } found)
            return Unknown();
        var (query, list) = (new QueryReader(http.Query), $"imports/{found.Id}/refusals");
        var (format, limit, after) = (query.OneOf("format", ["csv"]), query.Limit(), query.Cursor<int>(list) ?? 0);
        if (query.Refusal() is { } refusal)
            return refusal;
        if (format is not null)
        {
            var cells = CellsAsync(store, caller.InstitutionId, found.Id, cancellationToken);
            return new TableExport("refusals", format, RefusalColumns, cells);
        }

        var rows = await store.RefusalsAsync(caller.InstitutionId, found.Id, after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, list, r => Cursor.Position(r.Line), ImportRefusalBody.Of));
    }

    private static async Task<Results<Ok<ImportBody>, ProblemResult>> CancelAsync(
        string id, Caller caller, ImportStore store, CancellationToken cancellationToken)
    {
        await store.CancelAsync(caller.InstitutionId, ChangeAnswers.IdOf(id), cancellationToken);
        return await FindAsync(id, caller, store, cancellationToken);
    }

    private static async IAsyncEnumerable<object?[]> CellsAsync(
        ImportStore store, long institutionId, long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var refusal in store.AllRefusalsAsync(institutionId, id, cancellationToken))
        {
            foreach (var fault in refusal.Faults)
                yield return [refusal.Line, fault.Pointer, fault.Message];
        }
    }

    private static ImportFormat? FormatOf(HttpRequest http) =>
        MediaTypeHeaderValue.TryParse(http.ContentType, out var type) && type.CharSet?.Trim('"').ToUpperInvariant() is null or "UTF-8"
            ? Formats.Where(f => f.MediaType == type?.MediaType).Select(static f => (ImportFormat?)f.Format).FirstOrDefault() : null;

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such import.");

    private sealed class FileLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => ImportIntake.MaxBytes;
    }
}

/// <summary>An import as the API shows it.</summary>
/// <param name="Kind">users, enrollments or completions.</param>
/// <param name="State">running, done, cancelled or failed.</param>
/// <param name="Total">Rows that came.</param>
/// <param name="Done">Rows that were worked through, the refused ones among them.</param>
/// <param name="Progress">Done of total, 0 to 1.</param>
public sealed record ImportBody(
    long Id, string Kind, bool EmitEvents, string State, int Total, int Done, int Refused, double Progress, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt)
{
    internal static ImportBody Of(Import import) => new(
        import.Id, Words.Of(import.Kind), import.EmitsEvents, Words.Of(import.State), import.Total, import.Done, import.Refused,
        (double)import.Done / import.Total, import.CreatedAt, import.FinishedAt);
}

/// <param name="Line">Of the file, from 1.</param>
public sealed record ImportRefusalBody(int Line, IReadOnlyList<ImportFaultBody> Errors)
{
    internal static ImportRefusalBody Of(ImportRefusal refusal) => new(
        refusal.Line, [.. refusal.Faults.Select(static f => new ImportFaultBody(f.Pointer, f.Message))]);
}

/// <param name="Column">Empty where it is the whole row.</param>
public sealed record ImportFaultBody(string Column, string Message);
