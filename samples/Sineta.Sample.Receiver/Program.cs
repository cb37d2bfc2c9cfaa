// Prints every event that arrives verified: when, its id, its slug, and the body exactly as it was signed.
//   dotnet run -- --urls http://127.0.0.1:7070 --Sineta:Secret whsec_…
using System.Text;
using Sineta.Receiver;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
var app = builder.Build();

app.MapSinetaWebhooks("/hooks", hooks => hooks
    .AddSecret(app.Configuration["Sineta:Secret"])
    .OnAnyActivity(async (activity, delivery, _) => await Console.Out.WriteLineAsync(
        $"{TimeProvider.System.GetUtcNow():O} {delivery.EventId} {activity.Type} {Encoding.UTF8.GetString(delivery.Body.Span)}"))
    .OnEndpointDisabled(async (disabled, _, _) => await Console.Out.WriteLineAsync($"disabled: {disabled.Url}, {disabled.Reason}")));

app.Run();
