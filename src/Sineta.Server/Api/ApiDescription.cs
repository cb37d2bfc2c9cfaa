namespace Sineta.Server.Api;

internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi();
    public static void MapApiDescription(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json");
}
