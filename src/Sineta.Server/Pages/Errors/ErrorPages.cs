namespace Sineta.Server.Pages.Errors;

/// <summary>Tells people what programs are told by problems.</summary>
internal static class ErrorPages
{
    private static readonly string[] ForPrograms = ["/v1", "/openapi", "/schemas", "/health", "/metrics", "/assets"];

    /// <summary>Whether a person asked, by a browser.</summary>
    public static bool IsFor(HttpRequest request) =>
        !ForPrograms.Any(path => request.Path.StartsWithSegments(path))
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static Task AnswerAsync(HttpContext context, int status) => ShowAsync(context, () => ErrorModel.Of(status));

    public static Task AnswerAsync(HttpContext context, Exception? error) => ShowAsync(context, () => ErrorModel.Of(error));

    private static Task ShowAsync(HttpContext context, Func<ErrorModel> model)
    {
        PageGuard.Prepare(context);
        var told = model();
        return ErrorPage.Of(told, told.Status).ExecuteAsync(context);
    }
}
