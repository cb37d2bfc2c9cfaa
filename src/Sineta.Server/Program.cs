using Sineta.Server.Api;
using Sineta.Server.Hosting;

return await Launch.RunAsync(async stopping =>
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddSettings();
    builder.AddDatabase();
    builder.AddDelivery();
    builder.AddSinetaApi();

    await using var app = builder.Build();
    await app.PrepareAsync(stopping);
    app.MapSinetaApi();
    await app.RunAsync(stopping);
});
