using Sineta.Server.Api;
using Sineta.Server.Hosting;
using Sineta.Server.Pages;
using Sineta.Server.Telemetry;

return await Launch.RunAsync(async stopping =>
{
    if (Arguments.Answer(args) is { } answer)
    {
        Console.WriteLine(answer);
        return;
    }

    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddSettings();
    builder.AddDatabase();
    builder.AddTelemetry();
    builder.AddDelivery();
    builder.AddLearning();
    builder.AddSinetaApi();
    builder.AddSinetaPages();

    await using var app = builder.Build();
    await app.PrepareAsync(stopping);
    app.MapSinetaApi();
    app.MapSinetaPages();
    await app.ServeAsync(stopping);
});
