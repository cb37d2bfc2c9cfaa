using Microsoft.AspNetCore.Http.HttpResults;

namespace Sineta.Server.Pages.Home;

/// <summary>Where everybody begins.</summary>
internal static class FrontPages
{
    public static void Map(RouteGroupBuilder pages) => pages.MapGet("/", Show);

    private static RazorComponentResult Show(HttpContext context, IHostEnvironment environment) =>
        FrontPage.Of(new(Viewer.Of(context), environment.IsDevelopment()));
}

/// <param name="Viewer">Null where nobody is signed in.</param>
public sealed record FrontModel(Viewer? Viewer, bool IsDevelopment);
