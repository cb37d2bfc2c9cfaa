using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Events;
using Sineta.Learning.Certificates;

namespace Sineta.Server.Pages.Campus;

/// <summary>Where anybody who has a certificate's code sees whether it is real.</summary>
internal static class VerifyPages
{
    private const string Path = "/verify";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(Path, Ask);
        pages.MapGet(Path + "/{code}", ShowAsync);
    }

    public static string PathOf(string code) => $"{Path}/{code}";

    private static IResult Ask(string? code) => string.IsNullOrWhiteSpace(code)
        ? VerifyPage.Of(new(Code: null, Found: null)) : TypedResults.LocalRedirect(PathOf(Uri.EscapeDataString(code.Trim())));

    private static async Task<RazorComponentResult> ShowAsync(
        string code, CertificateStore certificates, CancellationToken cancellationToken)
    {
        var found = await certificates.FindByCodeAsync(code, cancellationToken);
        return VerifyPage.Of(new(code, found), found is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }
}

/// <param name="Code">As it was asked for; null: nothing was yet.</param>
/// <param name="Found">Null where there is no such certificate.</param>
public sealed record VerifyModel(string? Code, VerifiedCertificate? Found)
{
    /// <summary>A moment's day where the certificate was issued, in the page's language.</summary>
    public string Day(DateTimeOffset moment) =>
        (InstitutionClock.TryFind(Found!.TimeZone, out var clock) ? clock.ToLocal(moment) : moment.UtcDateTime)
        .ToString("d", CultureInfo.CurrentCulture);
}
