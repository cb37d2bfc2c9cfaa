using Sineta.Server.Pages.Components;

namespace Sineta.Server.Pages.Sessions;

/// <summary>The switches of language and appearance.</summary>
internal static class PreferencePages
{
    public const string ThemeCookie = "sineta.theme";

    public static readonly IReadOnlyList<string> Themes = ["light", "dark", "auto"];

    public static void Map(RouteGroupBuilder pages) => pages.MapPost("/preferences", Change);

    /// <summary>The theme that was chosen; null is the system's.</summary>
    public static string? Theme(HttpContext context) =>
        context.Request.Cookies[ThemeCookie] is { } chosen and ("light" or "dark") ? chosen : null;

    private static IResult Change(Form form, HttpContext context)
    {
        if (Language.Find(form.Text("language")) is not null)
            Cookies.Remember(context, Language.CookieName, form.Text("language"));
        var theme = form.Text("theme");
        if (Themes.Contains(theme))
            Cookies.Remember(context, ThemeCookie, theme);
        if (context.Request.Headers.ContainsKey("HX-Request") && Themes.Contains(theme))
        {
            context.Response.Headers["HX-Trigger"] = $$"""{"theme":"{{theme}}"}""";
            return ThemeButton.Of(theme);
        }

        return TypedResults.LocalRedirect(LocalUrl.OrElse(form.TextOrNull("returnUrl"), "/"));
    }
}
