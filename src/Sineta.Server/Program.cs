using Sineta.Server.Hosting;

return await Launch.RunAsync(async stopping =>
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddSettings();
    builder.AddDatabase();
    builder.AddDelivery();

    await using var app = builder.Build();
    await app.PrepareAsync(stopping);
    await app.RunAsync(stopping);
});
