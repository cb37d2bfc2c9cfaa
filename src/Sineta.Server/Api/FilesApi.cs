using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>Files: pictures, documents and media that contents, courses and certificates show.</summary>
public static class FilesApi
{
    private static readonly string UnknownKind = $"A file is one of {string.Join(", ", FileKinds.All.Select(k => k.MediaType))}.";

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/files/{id}", FindAsync).WithTags("Files").Requires(Scopes.LearningManage | Scopes.Read)
            .WithName("getFile").WithSummary("Get a file's bytes").WithDescription("Or some of them, with a Range header.");
        v1.MapPost("/files", CreateAsync).WithTags("Files").Requires(Scopes.LearningManage).WithMetadata(new UploadLimit())
            .TakesQuery("name", "What the file is called, 1 to 255 characters.")
            .WithName("uploadFile").WithSummary("Upload a file")
            .WithDescription($"The body is the file's bytes, and Content-Type says what they are. {UnknownKind} Pictures have up to 1 MiB, "
                + "PDFs 20, audio 30 and video 100. A file that nothing refers to for more than a day is removed: name it in a content, a course "
                + "or a template, or in a text by its address, /files/ and its id.")
            .AddOpenApiOperationTransformer(static (operation, _, _) =>
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = FileKinds.All.ToDictionary(k => k.MediaType, _ => new OpenApiMediaType()),
                };
                return Task.CompletedTask;
            });
    }

    /// <summary>
    /// Answers a file's bytes, or the range of them that is asked for, so that a browser shows them and can never run them.
    /// </summary>
    internal static FileStreamHttpResult Answer(HttpResponse response, FileStore files, long institutionId, StoredFile file)
    {
        var disposition = new ContentDispositionHeaderValue("inline");
        disposition.SetHttpFileName(file.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(
            files.Open(institutionId, file), file.MediaType, lastModified: file.CreatedAt, enableRangeProcessing: true,
            entityTag: new EntityTagHeaderValue($"\"{file.Id:N}\""));
    }

    private static async Task<Results<FileStreamHttpResult, ProblemResult>> FindAsync(
        string id, Caller caller, HttpContext context, FileStore files, CancellationToken cancellationToken) =>
        PublicId.TryParse(StoredFile.IdPrefix, id, out var fileId)
        && await files.FindAsync(caller.InstitutionId, fileId, cancellationToken) is { } file
            ? Answer(context.Response, files, caller.InstitutionId, file) : ProblemTypes.NotFound.With("There is no such file.");

    private static async Task<Results<Created<FileBody>, ProblemResult>> CreateAsync(
        Caller caller, HttpRequest http, FileStore files, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var name = query.Text("name");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (RequestBytes.RefusalOfEncoding(http) is { } encoded)
            return encoded;
        if (FileKinds.Find(http.ContentType) is not { } kind)
            return ProblemTypes.UnsupportedMediaType.With(UnknownKind);
        await using var bytes = await Upload.ReadAsync(http, kind.MostBytes, cancellationToken);
        if (bytes is null)
            return ProblemTypes.TooLarge.With($"A file that is {kind.MediaType} has at most {kind.MostBytes} bytes.");
        var change = await files.CreateAsync(caller.Institution, name, kind.MediaType, bytes, cancellationToken);
        return change is Change<StoredFile>.Made(var made)
            ? TypedResults.Created($"/v1/files/{FileBody.IdOf(made.Id)}", FileBody.Of(made)) : change.AsProblem();
    }

    /// <summary>Lets bodies be as large as the largest kind of file, and one byte more, by which what is too large is told.</summary>
    private sealed class UploadLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => FileKinds.MostBytes + 1;
    }
}
