using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Sineta.Server.Pages;

/// <summary>Addresses on this server: nobody is led elsewhere by what a link carried.</summary>
internal static class LocalUrl
{
    /// <summary>An address that a request named, where it is one of this server; else the other.</summary>
    public static string OrElse(string? asked, string otherwise) =>
        asked is not null && RedirectHttpResult.IsLocalUrl(asked) && !asked.StartsWith('~') ? asked : otherwise;

    /// <summary>Where to once it is known who it is: the page that was asked for; the front page is none.</summary>
    public static string OrHome(string? asked, Viewer viewer) => OrElse(asked, "/") is var page and not "/" ? page : viewer.Home;

    /// <summary>Where a person is. A form's address may not be readable, so of one it is the page it was on.</summary>
    public static string Of(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) && !request.Headers.ContainsKey("HX-Request"))
            return request.Path + request.QueryString;
        return Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page) && page.Authority == request.Host.Value
            ? page.PathAndQuery : "/";
    }

    public static string With(string path, string name, string? value) =>
        value is null ? path : QueryHelpers.AddQueryString(path, name, value);
}
