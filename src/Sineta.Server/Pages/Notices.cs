using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Sineta.Server.Pages;

/// <summary>
/// Says once, on the page that a form leads to, what came of it, a new secret included: in a cookie that only this server reads, that
/// lapses within minutes, and that is gone once it was shown.
/// </summary>
public sealed class Notices(IDataProtectionProvider protection)
{
    private const string CookieName = "sineta.notice";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector(CookieName).ToTimeLimitedDataProtector();

    /// <summary>To be shown by the next page.</summary>
    public void Leave(HttpContext context, Notice notice) => context.Response.Cookies.Append(
        CookieName, _protector.Protect(JsonSerializer.Serialize(notice), Life), Cookies.Options(context, Life));

    /// <summary>What is to be shown now, and then never again.</summary>
    public Notice? Take(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is not { } cookie)
            return null;
        context.Response.Cookies.Delete(CookieName, Cookies.Options(context, Life));
        try
        {
            return JsonSerializer.Deserialize<Notice>(_protector.Unprotect(cookie));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>What came of a form.</summary>
/// <param name="Text">In the page's language.</param>
/// <param name="Kind">success, warning or danger.</param>
/// <param name="Secret">Shown only now.</param>
public sealed record Notice(string Text, string Kind = Notice.Success, string? Secret = null)
{
    public const string Success = "success";
    public const string Warning = "warning";
    public const string Danger = "danger";
}
