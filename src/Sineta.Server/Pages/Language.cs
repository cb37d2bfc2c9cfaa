using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Sineta.Server.Pages;

/// <summary>The language of a page: the one that was chosen, else the browser's, else English.</summary>
internal static class Language
{
    public const string CookieName = "sineta.language";

    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");
    public static readonly CultureInfo Portuguese = CultureInfo.GetCultureInfo("pt-BR");

    /// <summary>The language of a name, as the switch sends it; null for any other.</summary>
    public static CultureInfo? Find(string? name) => name switch
    {
        "en" => English,
        "pt-BR" => Portuguese,
        _ => null,
    };

    /// <summary>Has the rest of the request speak it.</summary>
    public static void Use(HttpContext context)
    {
        var language = Find(context.Request.Cookies[CookieName]) ?? OfBrowser(context.Request) ?? English;
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (language, language);
        context.Response.Headers.ContentLanguage = language.Name;
        context.Response.Headers.Vary = "Accept-Language, Cookie";
    }

    private static CultureInfo? OfBrowser(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var wanted))
            return null;
        return wanted.Where(static w => w.Quality is not 0).OrderByDescending(static w => w.Quality ?? 1)
            .Select(static w => OfTag(w.Value.Value ?? "")).FirstOrDefault(static found => found is not null);
    }

    private static CultureInfo? OfTag(string tag) => tag.Split('-')[0].ToLowerInvariant() switch
    {
        "pt" => Portuguese,
        "en" => English,
        _ => null,
    };
}
