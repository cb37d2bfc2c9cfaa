using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Sineta.Server.Api.Description;

/// <summary>The description for people, at /docs/api. All of it comes from this server: nothing is loaded from elsewhere.</summary>
internal static class ReferencePage
{
    // Swagger UI sets styles from its scripts.
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

    public static void MapReferencePage(this IEndpointRouteBuilder app)
    {
        var files = app.MapGroup("/docs/api").ExcludeFromDescription();
        files.MapGet("", static (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy = Policy;
            return Own("reference.html", "text/html; charset=utf-8");
        });
        files.MapGet("/reference.js", static () => Own("reference.js", "text/javascript; charset=utf-8"));
        files.MapGet("/page.css", static () => Own("page.css", "text/css; charset=utf-8"));
        files.MapGet("/swagger-ui.css", static () => Shipped("swagger-ui.css", "text/css; charset=utf-8"));
        files.MapGet("/swagger-ui-bundle.js", static () => Shipped("swagger-ui-bundle.js", "text/javascript; charset=utf-8"));
    }

    private static FileStreamHttpResult Own(string file, string type) => TypedResults.Stream(
        Assembly.GetExecutingAssembly().GetManifestResourceStream(typeof(ReferencePage), file)!, type);

    /// <summary>What the build copies from the npm package swagger-ui-dist.</summary>
    private static PhysicalFileHttpResult Shipped(string file, string type)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "swagger-ui", file);
        return TypedResults.PhysicalFile(path, type, lastModified: File.GetLastWriteTimeUtc(path));
    }
}
