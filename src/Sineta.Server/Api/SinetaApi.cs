using System.Text.Json;
using System.Text.Json.Serialization;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Server.Api.Description;
using Sineta.Server.Hosting;
using Sineta.Server.Telemetry;

namespace Sineta.Server.Api;

/// <summary>The HTTP API: the list of its routes begins here.</summary>
public static class SinetaApi
{
    public static void AddSinetaApi(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(static options =>
        {
            var json = options.SerializerOptions;
            json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.Encoder = ApiJson.Encoder;
            json.RespectNullableAnnotations = true;
            json.NumberHandling = JsonNumberHandling.Strict;
            json.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
        builder.Services.AddApiDescription();
    }

    /// <summary>Adds the routes, and what stands before them. To be called once the database is up.</summary>
    public static void MapSinetaApi(this WebApplication app)
    {
        app.UseTrustedProxies();
        app.UseErrorAnswers();
        app.UseHeadRequests();
        app.UseRouting();
        app.UseMiddleware<KeyAuthentication>();

        // Nobody's until a group says whose: a route that forgets to say who may call it is closed to all.
        var v1 = app.MapGroup("/v1").Requires(Scopes.None);
        PublishApi.Map(v1, app.Services.GetRequiredService<EventPublisher>());
        EventsQueryApi.Map(v1);
        DeliveriesApi.Map(v1);
        StreamApi.Map(v1);
        ResendApi.Map(v1);
        EndpointsApi.Map(v1);
        EndpointStatsApi.Map(v1);
        ReplaysApi.Map(v1);
        SchoolsApi.Map(v1);
        UsersApi.Map(v1);
        CoursesApi.Map(v1);
        LessonsApi.Map(v1);
        ContentsApi.Map(v1);
        CertificateTemplatesApi.Map(v1);
        FilesApi.Map(v1);
        EnrollmentsApi.Map(v1);
        CompletionsApi.Map(v1);
        CertificatesApi.Map(v1);
        TrailsApi.Map(v1);
        ClassesApi.Map(v1);
        ImportsApi.Map(v1);
        ReportsApi.Map(v1);
        EventTypesApi.Map(v1);
        ApiKeysApi.Map(v1);
        InstitutionsApi.Map(v1);

        EventTypesApi.MapSchemas(app);
        ProblemPages.Map(app);
        HealthApi.Map(app);
        MetricsApi.Map(app);
        app.MapApiDescription();
        app.MapReferencePage();
    }
}
