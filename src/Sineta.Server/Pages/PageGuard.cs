using Microsoft.AspNetCore.Antiforgery;
using Sineta.Delivery.Institutions;
using Sineta.Server.Pages.Errors;

namespace Sineta.Server.Pages;

/// <summary>
/// Stands before every page: speaks the person's language, tells the browser to run and load nothing that is not ours, and lets no form
/// through that was not made here for this person.
/// </summary>
internal sealed class PageGuard(RequestDelegate next, IAntiforgery antiforgery)
{
    // Tabler draws its arrows and ticks from data: images.
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is null)
        {
            await next(context);
            return;
        }

        Prepare(context);
        if (Viewer.Of(context) is { } viewer)
            Actor.Is(viewer.Actor);
        if (IsSafe(context.Request.Method) || await antiforgery.IsRequestValidAsync(context))
            await next(context);
        else
            await ErrorPage.Of(ErrorModel.BadForm, StatusCodes.Status400BadRequest).ExecuteAsync(context);
    }

    /// <summary>Sets what every page's answer has, error pages' too.</summary>
    public static void Prepare(HttpContext context)
    {
        Language.Use(context);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-cache, no-store";
    }

    /// <summary>Lets the browser play a medium that an author keeps elsewhere, and nothing else from there.</summary>
    public static void AlsoLoadMedia(HttpContext context, Uri medium) =>
        context.Response.Headers.ContentSecurityPolicy = $"{Policy}; media-src 'self' {medium.Scheme}://{medium.IdnHost}:{medium.Port}";

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
