from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0008_slots'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('message', None)), fields=['workspace', 'source'], name='receipt_of_source'),
        ),
    ]
