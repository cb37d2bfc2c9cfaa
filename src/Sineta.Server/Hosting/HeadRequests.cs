namespace Sineta.Server.Hosting;

/// <summary>HEAD on pages and health checks, as monitors and link previews ask.</summary>
internal static class HeadRequests
{
    /// <summary>
    /// Answers it as GET is, but for the body, which the web server itself leaves out. Not in the API: there a GET may be a whole export, or
    /// a stream that never ends. Stands before the routing.
    /// </summary>
    public static void UseHeadRequests(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method) && !context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
            context.Request.Method = HttpMethods.Get;
        return next(context);
    });
}
