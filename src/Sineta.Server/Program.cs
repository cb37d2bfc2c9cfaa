using Sineta.Server.Api;
using Sineta.Server.Hosting;
using Sineta.Server.Telemetry;

return await Launch.RunAsync(async stopping =>
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddSettings();
    builder.AddDatabase();
    builder.AddTelemetry();
    builder.AddDelivery();
    builder.AddLearning();
    builder.AddSinetaApi();

    await using var app = builder.Build();
    await app.PrepareAsync(stopping);
    app.MapSinetaApi();
    await app.RunAsync(stopping);
});
