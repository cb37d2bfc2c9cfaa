namespace Sineta.Server.Pages;

/// <summary>What every cookie of the pages has in common: no script reads it, no other site sends it.</summary>
internal static class Cookies
{
    public static CookieBuilder Own(string name, CookieSecurePolicy secure) => new()
    {
        Name = name,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        SecurePolicy = secure,
        IsEssential = true,
        Path = "/",
    };

    /// <summary>Keeps a choice for a year.</summary>
    public static void Remember(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(name, value, Options(context, TimeSpan.FromDays(365)));

    public static CookieOptions Options(HttpContext context, TimeSpan age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        MaxAge = age,
        IsEssential = true,
        Path = "/",
    };
}
