import { Body, Controller, Post } from '@nestjs/common'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { PrismaClient } from '@prisma/client'
import { newDatabase, secret, tellPort } from './given.mjs'

const adapter = await newDatabase('nestjs')
const jwtSecret = 'a secret of the tokens, of more than 32 characters'

class PrismaService extends PrismaClient {
  constructor() {
    super({ adapter })
  }
}

@Module({ providers: [PrismaService], exports: [PrismaService] })
class PrismaModule {}

// docs/hosts.md: nestjs-module

@Controller('auth')
class AuthController {
  constructor(
    @Inject(JwtService) readonly jwt: JwtService,
    @Inject('Chat') readonly chat: Chat,
  ) {}

  @Post('login')
  async login(@Body() { username }: { username: string }) {
    const name = username.charAt(0).toUpperCase() + username.slice(1)
    // A service of the app's own gets the chat by Nest.
    await this.chat.users.save({ id: username, name })
    return { access_token: await this.jwt.signAsync({ sub: username, name }) }
  }
}

@Module({
  imports: [JwtModule.register({ secret: jwtSecret, signOptions: { expiresIn: '1h' } }), ChatModule],
  controllers: [AuthController],
})
class AppModule {}

// docs/hosts.md: nestjs

tellPort(app.getHttpServer())
