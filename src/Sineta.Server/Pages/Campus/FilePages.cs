using Microsoft.Net.Http.Headers;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Pages.Campus;

/// <summary>
/// The pictures, documents and media of an institution, for its people; a content's, for who may study it. Players ask for ranges of them.
/// </summary>
internal static class FilePages
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/files/{id:guid}", SendAsync).ExcludeFromDescription().Admits(Roles.Everybody);

    private static async Task<IResult> SendAsync(
        Guid id, Viewer viewer, HttpContext context, FileStore files, TimeProvider time, CancellationToken cancellationToken)
    {
        if (viewer.Institution is not { } whose || await files.FindAsync(whose.Id, id, cancellationToken) is not { } file)
            return TypedResults.NotFound();
        if (viewer.Is(Roles.Learner) && !await files.IsOpenToAsync(whose.Id, id, viewer.LearnerId, viewer.Today(time), cancellationToken))
            return TypedResults.NotFound();
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "private, max-age=31536000, immutable";
        headers.Vary = "Cookie";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var disposition = new ContentDispositionHeaderValue("inline");
        disposition.SetHttpFileName(file.Name);
        headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(files.Open(whose.Id, file), file.MediaType, lastModified: file.CreatedAt, enableRangeProcessing: true);
    }
}
