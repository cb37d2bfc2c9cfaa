using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sineta.Server.Api;

/// <summary>
/// How answers are written. Requests are not among these types: what is generated for them would forget the defaults of their init-only
/// properties (https://github.com/dotnet/runtime/issues/84484), so reflection reads them, see <see cref="JsonBody"/>.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(InstitutionsApi.NewInstitutionBody))]
[JsonSerializable(typeof(Page<InstitutionsApi.InstitutionBody>))]
[JsonSerializable(typeof(ApiKeysApi.NewApiKeyBody))]
[JsonSerializable(typeof(Page<ApiKeysApi.ApiKeyBody>))]
[JsonSerializable(typeof(Page<EventTypesApi.EventTypeBody>))]
[JsonSerializable(typeof(EndpointsApi.TestBody))]
[JsonSerializable(typeof(Page<EndpointBody>))]
[JsonSerializable(typeof(Page<ReplayBody>))]
[JsonSerializable(typeof(ReplaysApi.ReplayTotalBody))]
[JsonSerializable(typeof(ResendApi.ResentBody))]
[JsonSerializable(typeof(AcceptedBody))]
[JsonSerializable(typeof(DuplicateBody))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(HealthApi.HealthBody))]
[JsonSerializable(typeof(Page<DeliveryBody>))]
[JsonSerializable(typeof(DeliveryDetailBody))]
[JsonSerializable(typeof(StreamApi.GapBody))]
[JsonSerializable(typeof(Page<EventsQueryApi.EventBody>))]
[JsonSerializable(typeof(EventsQueryApi.EventDetailBody))]
[JsonSerializable(typeof(EndpointStatsApi.StatsBody))]
[JsonSerializable(typeof(Page<TrailBody>))]
[JsonSerializable(typeof(Page<ParticipantBody>))]
[JsonSerializable(typeof(Page<ClassBody>))]
[JsonSerializable(typeof(Page<StudentBody>))]
[JsonSerializable(typeof(InvitedBody))]
[JsonSerializable(typeof(Page<ImportBody>))]
[JsonSerializable(typeof(Page<ImportRefusalBody>))]
[JsonSerializable(typeof(Page<SchoolBody>))]
[JsonSerializable(typeof(Page<UserBody>))]
[JsonSerializable(typeof(UsersApi.PasswordResetBody))]
[JsonSerializable(typeof(Page<ListedCourseBody>))]
[JsonSerializable(typeof(CourseBody))]
[JsonSerializable(typeof(OutlinedCourseBody))]
[JsonSerializable(typeof(LessonBody))]
[JsonSerializable(typeof(ContentBody))]
[JsonSerializable(typeof(Page<CertificateTemplateBody>))]
[JsonSerializable(typeof(FileBody))]
[JsonSerializable(typeof(Page<EnrollmentBody>))]
[JsonSerializable(typeof(CompletionsBody))]
[JsonSerializable(typeof(CompletionResultBody))]
[JsonSerializable(typeof(CertificateBody))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Escapes nothing but what JSON demands: answers are read by eye and cut by text tools, and none stands within HTML.</summary>
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>For what is written without the host's options.</summary>
    public static ApiJson Plain { get; } =
        new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = Encoder });
}
