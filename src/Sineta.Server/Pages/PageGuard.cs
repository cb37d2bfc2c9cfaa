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

    // An IOException without a number of the system's, such as a full disk has.
    private const int CutShort = unchecked((int)0x80131620);

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
        if (IsSafe(context.Request.Method) || await RefuseAsync(context) is not { } refusal)
            await next(context);
        else
            await ErrorPage.Of(refusal, refusal.Status).ExecuteAsync(context);
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

    /// <summary>What is wrong with the form; null where nothing is.</summary>
    private async Task<ErrorModel?> RefuseAsync(HttpContext context)
    {
        try
        {
            if (context.Request.HasFormContentType && HasNul(await context.Request.ReadFormAsync(context.RequestAborted)))
                return ErrorModel.BadForm;
        }
        catch (BadHttpRequestException bad)
        {
            return ErrorModel.Of(bad.StatusCode);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException { HResult: CutShort })
        {
            return ErrorModel.BadForm;
        }

        return await antiforgery.IsRequestValidAsync(context) ? null : ErrorModel.BadForm;
    }

    // No database takes it.
    private static bool HasNul(IFormCollection form) =>
        form.Any(static field => field.Value.Any(static value => value?.Contains('\0', StringComparison.Ordinal) is true));

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
